/** The officer's page: a movement declaration, approved or referred at once, kept on the device until it is sent. */

import { scan } from "./camera.js";
import { Problem, askSigned, canSign, enrol, enrolled, newId } from "./device.js";
import { by, made, shownUntilClosed } from "./dom.js";
import { CONTACTS, SYMPTOMS, boxes, chosen } from "./boxes.js";
import { endingOf, identityIn } from "./document.js";
import { Outbox } from "./outbox.js";
import { seal } from "./seal.js";
import { all, drop, persist, put } from "./store.js";
import { clock, language, speak, t } from "./words.js";

const KIND = "checkpoint";
const SHOWN_SECONDS = 86_400;

/** The people of this form: {sealed, ending}; only the last digits are shown, and nothing else is kept. */
let people = [];
let line = { waiting: 0, problem: null, again: 0 };
const outbox = new Outbox("declarations", () => enrol(KIND), send, (told) => {
  line = told;
  render();
});

/** Sends a batch; what the gateway has, keeps only its time and decision here. */
async function send(rows) {
  const declarations = rows.map(({ state: _, sentence: __, count: ___, ...told }) => told);
  const { answers } = await askSigned(KIND, "POST", "/v1/declarations", { declarations });
  const answered = new Map(answers.map((answer) => [answer.id, answer]));
  return rows.map((row) => {
    const { status = "waiting", sentence = "" } = answered.get(row.id) ?? {};
    if (status === "waiting") return row;
    const { id, at, destination, decision, count } = row;
    return { id, at, destination, decision, count, state: status, sentence };
  });
}

async function render() {
  speak();
  by("language").textContent = language() === "en" ? "Tiếng Việt" : "English";
  const device = await enrolled(KIND);
  by("enrol").hidden = Boolean(device);
  by("declare").hidden = !device;
  by("venue").textContent = device?.venue ? `· ${device.venue}` : "";
  boxes(by("symptoms"), SYMPTOMS);
  boxes(by("contacts"), CONTACTS);
  renderPeople();
  await renderDeclared();
}

function renderPeople() {
  by("people").replaceChildren(
    ...people.map((person, place) =>
      made(
        "div",
        { class: "box between" },
        made("span", {
          class: "strong",
          textContent: `${t("person_n", { n: place + 1 })}${place ? "" : ` (${t("declarer")})`} · ••• ${person.ending}`,
        }),
        made("button", {
          class: "quiet",
          type: "button",
          textContent: t("remove"),
          onclick() {
            people = people.filter((one) => one !== person);
            renderPeople();
          },
        }),
      ),
    ),
  );
}

async function renderDeclared() {
  const moment = Date.now() / 1000;
  const rows = (await all("declarations")).sort((one, other) => other.at - one.at);
  const old = rows.filter((row) => row.state !== "waiting" && row.at < moment - SHOWN_SECONDS);
  if (old.length) await drop("declarations", ...old.map((row) => row.id));
  const shown = rows.filter((row) => !old.includes(row)).map(declared);
  by("declared").replaceChildren(...(shown.length ? shown : [made("p", { textContent: t("nothing_declared") })]));
  const waiting = rows.filter((row) => row.state === "waiting").length;
  const parts = waiting ? [t("waiting", { count: waiting })] : [t("all_sent")];
  if (waiting && line.problem) parts.push(line.problem.message || t("offline"));
  if (waiting && line.again) parts.push(t("again_in", { seconds: line.again }));
  by("line").textContent = parts.join(" · ");
}

function declared(row) {
  return made(
    "div",
    { class: "scan-row" },
    made("span", { class: "when", textContent: clock(row.at) }),
    made("span", { class: "strong", textContent: `→ ${row.destination}` }),
    made(
      "span",
      { class: "rest" },
      made("span", {
        class: `tag ${row.decision.decision}`,
        textContent: t(row.decision.decision === "approve" ? "approved" : "referred"),
      }),
      ` ${t("persons_count", { count: row.count })} · `,
      made("span", { class: `tag ${row.state}`, textContent: t(`state_${row.state}`) }),
    ),
    row.sentence ? made("span", { class: "rest", textContent: row.sentence }) : "",
  );
}

/** A card or number that was scanned or typed: sealed now, and shown by its last digits. */
async function add(text) {
  const identity = identityIn(text);
  by("document-problem").textContent = identity ? "" : t("bad_document");
  if (!identity) return;
  const { envelope_key: key } = await enrolled(KIND);
  people.push({ sealed: await seal(key, identity), ending: endingOf(identity) });
  by("document").value = "";
  renderPeople();
}

async function decide(decision) {
  const told = { origin: by("origin").value.trim(), destination: by("destination").value.trim() };
  const complete = told.origin && told.destination && people.length;
  by("missing").textContent = complete ? "" : t("missing");
  if (!complete) return;
  const at = Math.floor(Date.now() / 1000);
  const row = {
    ...{ id: newId(), at, ...told, plate: by("plate").value.trim(), state: "waiting", count: people.length },
    persons: people.map(({ sealed }) => ({ person_sealed: sealed })),
    symptoms: chosen(by("symptoms")),
    contacts: chosen(by("contacts")),
    recent: by("recent").value.split("\n").map((place) => place.trim().slice(0, 200)).filter(Boolean).slice(0, 20),
    decision: { decision, note: by("note").value.trim() },
  };
  try {
    await put("declarations", row);
  } catch {
    return warn("no_storage");
  }
  people = [];
  for (const name of ["origin", "destination", "plate", "recent", "note", "document"]) by(name).value = "";
  for (const box of document.querySelectorAll(":checked")) box.checked = false;
  by("document-problem").textContent = "";
  await render();
  scrollTo(0, 0);
  outbox.flush();
}

async function openCamera() {
  const dialog = by("camera");
  const stop = new AbortController();
  shownUntilClosed(dialog).then(() => stop.abort());
  try {
    const text = await scan(dialog.querySelector("video"), stop.signal);
    dialog.close();
    if (text) await add(text);
  } catch {
    dialog.querySelector(".problem").textContent = t("no_camera");
  }
}

function warn(name) {
  by("warning").dataset.t = name;
  by("warning").textContent = t(name);
  by("warning").hidden = false;
}

async function invite(event) {
  event.preventDefault();
  const told = by("enrol").querySelector(".problem");
  told.textContent = "";
  try {
    await enrol(KIND, { invitation: by("invitation").value.trim() });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    told.textContent = error.message || t("offline");
  }
  await render();
}

async function start() {
  by("language").onclick = () => {
    speak(language() === "en" ? "vi" : "en");
    render();
  };
  by("enrol").onsubmit = invite;
  by("add-person").onsubmit = (event) => {
    event.preventDefault();
    add(by("document").value);
  };
  by("open-camera").onclick = openCamera;
  by("camera").querySelector("button").onclick = () => by("camera").close();
  by("approve").onclick = () => decide("approve");
  by("refer").onclick = () => decide("refer");
  navigator.serviceWorker?.register("/pages/sw.js", { scope: "/" }).catch(() => {});
  persist();
  try {
    await render();
  } catch {
    return warn("no_storage");
  }
  if (!(await canSign())) return warn("no_signing");
  if (await enrolled(KIND)) outbox.flush();
}

start();
