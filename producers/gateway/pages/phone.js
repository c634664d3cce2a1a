/** The phone page: scan a place's code, check the family in and out, look at one's own history. */

import { scan } from "./camera.js";
import { readCode } from "./code.js";
import { canSign } from "./device.js";
import { by, made, shownUntilClosed } from "./dom.js";
import * as family from "./family.js";
import { changeLanguage, install, spoken, warn } from "./frame.js";
import { flushHealth, renderHealth, wireHealth } from "./health.js";
import { Outbox } from "./outbox.js";
import { nameOf, namesOf, renderCards, renderHistory, renderPresent } from "./phone_views.js";
import { parseShort, shown } from "./short.js";
import { clock, t } from "./words.js";

let line = { waiting: 0, problem: null, again: 0 };
const told = (now) => {
  line = now;
  render();
};
const outbox = new Outbox("scans", family.issueCards, family.sendScans, told, family.settled);

async function render() {
  spoken();
  const [members, rows] = [await family.members(), await family.scans()];
  renderPresent(by("present"), family.present(rows, family.now()), members, leave);
  if (!by("cards").querySelector('[data-shown="yes"]')) renderCards(by("cards"), members, remove);
  renderHistory(by("days"), rows, members);
  await renderHealth();
  by("history-where").textContent = t("history_where", { days: family.KEPT_DAYS });
  by("line").textContent = lineText(rows.filter((row) => row.state === "waiting").length);
}

function lineText(waiting) {
  if (!waiting) return line.problem?.status ? line.problem.message : t("all_sent");
  const parts = [t("waiting", { count: waiting })];
  if (line.problem) parts.push(line.problem.message || t("offline"));
  if (line.again) parts.push(t("again_in", { seconds: line.again }));
  return parts.join(" · ");
}

/** A dialog's own sentence on what is wrong. */
const problem = (dialog, sentence) => (dialog.querySelector(".problem").textContent = sentence);

async function openCamera() {
  const dialog = by("camera");
  const stop = new AbortController();
  problem(dialog, "");
  shownUntilClosed(dialog).then(() => stop.abort());
  try {
    const text = await scan(dialog.querySelector("video"), stop.signal, (found) => {
      const { kind } = readCode(found);
      const wrong = { card: "is_card", newer: "is_newer", private: "is_private" }[kind];
      problem(dialog, wrong ? t(wrong) : "");
      return !wrong;
    });
    dialog.close();
    if (text) await arrive(text);
  } catch {
    problem(dialog, t("no_camera"));
  }
}

async function arrive(text) {
  const code = readCode(text);
  if (code.kind === "other")
    return choose({ place: text, label: t("other_place"), venue_code: text }, "unknown", t("is_other"));
  const { problem: _, ...place } = await family.lookUp(code.venue, text);
  return choose({ ...place, venue_code: text }, code.direction, "");
}

/**
 * A poster may carry this page's address with its code behind `#` (`truyvet poster --url`): the phone's own camera
 * opens it here. The code leaves the address, or it would be offered again each time the page is opened.
 */
async function linked() {
  const text = location.hash.slice(1);
  const { kind } = readCode(text);
  const wrong = { card: "is_card", newer: "is_newer", private: "is_private" }[kind];
  if (kind === "other") return;
  history.replaceState(null, "", location.pathname);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  show("scan");
  by("short-problem").textContent = wrong ? t(wrong) : "";
  if (!wrong) await arrive(text);
}

async function typed(event) {
  event.preventDefault();
  const short = parseShort(by("short").value);
  by("short-problem").textContent = short ? "" : t("bad_short");
  if (!short) return;
  const { problem: refused, ...place } = await family.lookUp(short, short);
  if (refused?.status === 404) {
    by("short-problem").textContent = refused.message;
    return;
  }
  by("short").value = "";
  await choose(place.place === short ? { ...place, label: shown(short) } : place, "unknown", "");
}

/** Who came, or who goes? Whoever is already in is proposed to go out, unless the code says which. */
async function choose(place, direction, note) {
  const [members, rows] = [await family.members(), await family.scans()];
  const inside = family.present(rows, family.now()).find((one) => one.place === place.place)?.members ?? [];
  const dialog = by("place");
  by("place-name").textContent = place.label;
  by("place-note").textContent = note;
  problem(dialog, "");
  by("who").replaceChildren(
    ...members.map((member) =>
      made(
        "label",
        { class: "check" },
        made("input", {
          type: "checkbox",
          value: member.id,
          checked: inside.length ? inside.includes(member.id) : true,
        }),
        made("span", { textContent: nameOf(member.id, members) }),
      ),
    ),
  );
  by("check-in").hidden = direction === "out";
  by("check-out").hidden = direction === "in" || (direction === "unknown" && !inside.length);
  const finish = async (way) => {
    const chosen = [...by("who").querySelectorAll(":checked")].map((box) => box.value);
    if (!chosen.length) return problem(dialog, t("nobody"));
    dialog.close();
    await keep(place, chosen, way, members);
  };
  by("check-in").onclick = () => finish("in");
  by("check-out").onclick = () => finish("out");
  await shownUntilClosed(dialog);
}

async function leave(place) {
  const { members: chosen, at: _, ...where } = place;
  await keep(where, chosen, "out", await family.members());
}

/** Says "recorded" only after the phone has it on disk. */
async function keep(place, chosen, way, members) {
  let rows;
  try {
    rows = await family.record(place, chosen, way);
  } catch {
    return warn("no_storage");
  }
  by("done-place").textContent = place.label;
  const people = namesOf(chosen, members);
  by("done-line").textContent = `${t(way)} ${clock(rows[0].at)} · ${people}`;
  by("done-note").textContent = "";
  await render();
  const closed = shownUntilClosed(by("done"));
  await outbox.flush();
  if (line.waiting) by("done-note").textContent = t("sent_later");
  else await tell(rows);
  await closed;
}

/** What the gateway said of these scans at once. */
async function tell(rows) {
  const answered = new Map((await family.scans()).map((row) => [row.scan_id, row]));
  const sentences = rows.map((row) => answered.get(row.scan_id)).filter((row) => row?.state === "refused");
  by("done-note").textContent = [...new Set(sentences.map((row) => row.sentence))].join(" ");
}

async function remove(member) {
  if (!confirm(t("remove_sure", { name: member.name || t("me") }))) return;
  const waiting = (await outbox.waiting()).filter((row) => row.member === member.id);
  if (waiting.length) return alert(t("waiting", { count: waiting.length }));
  await family.removeMember(member.id);
  await render();
}

function show(view) {
  for (const button of document.querySelectorAll("nav button")) {
    const here = button.dataset.view === view;
    if (here) button.setAttribute("aria-current", "page");
    else button.removeAttribute("aria-current");
    by(`view-${button.dataset.view}`).hidden = !here;
  }
  scrollTo(0, 0);
  render();
}

function wire() {
  by("language").onclick = () => {
    changeLanguage();
    renderCards(by("cards"), [], remove);
    render();
  };
  wireHealth();
  by("open-camera").onclick = openCamera;
  by("camera").querySelector("button").onclick = () => by("camera").close();
  by("type").onsubmit = typed;
  by("place-cancel").onclick = () => by("place").close();
  by("done").querySelector("button").onclick = () => by("done").close();
  by("add-member").onsubmit = async (event) => {
    event.preventDefault();
    const name = by("member-name").value.trim();
    if (!name) return;
    by("member-name").value = "";
    await family.addMember(name);
    await render();
    family.issueCards().then(render, () => {});
  };
  by("forget").onclick = async () => {
    if (confirm(t("forget_sure"))) await family.forgetSent();
    await render();
  };
  for (const button of document.querySelectorAll("nav button")) button.onclick = () => show(button.dataset.view);
  addEventListener("offline", () => render());
  addEventListener("hashchange", linked);
}

async function start() {
  wire();
  install();
  try {
    await render();
  } catch {
    return warn("no_storage");
  }
  if (!(await canSign())) return warn("no_signing");
  family.issueCards().catch(() => {}).then(() => Promise.all([outbox.flush(), flushHealth()]));
  await linked();
}

start();
