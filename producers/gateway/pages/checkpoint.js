/** The officer's page: a movement declaration, approved or referred at once, kept on the device until it is sent. */

import { CONTACTS, SYMPTOMS, boxes, chosen } from "./boxes.js";
import { scan } from "./camera.js";
import { renderDeclared, renderPeople } from "./checkpoint_views.js";
import { readCode } from "./code.js";
import { askSigned, canSign, enrol, enrolled, newId } from "./device.js";
import { declarations, isRefused, settled } from "./declared.js";
import { endingOf, identityIn } from "./document.js";
import { by, shownUntilClosed } from "./dom.js";
import { changeLanguage, install, spoken, takeInvitation, warn } from "./frame.js";
import { Outbox } from "./outbox.js";
import { seal } from "./seal.js";
import { drop, put } from "./store.js";
import { clock, t } from "./words.js";

const KIND = "checkpoint";
const TOLD = ["origin", "destination", "plate", "recent", "note"];

/** The people of this form: {sealed, ending}; only the last digits are shown, and nothing else is kept. */
let people = [];
/** The refused declaration that is in the form again; null while it is a new one. */
let mending = null;
let line = { waiting: 0, problem: null, again: 0 };
const told = (now) => {
  line = now;
  render();
};
const outbox = new Outbox("declarations", () => enrol(KIND), send, told, settled);

/** Sends a batch; returns each declaration with the gateway's answer on it. */
async function send(rows) {
  const asked = rows.map(({ state: _, sentence: __, count: ___, ...row }) => row);
  const { answers } = await askSigned(KIND, "POST", "/v1/declarations", { declarations: asked });
  const answered = new Map(answers.map((answer) => [answer.id, answer]));
  return rows.map((row) => {
    const { status = "waiting", sentence = "" } = answered.get(row.id) ?? {};
    return { ...row, state: status, sentence };
  });
}

async function render() {
  spoken();
  const device = await enrolled(KIND);
  by("enrol").hidden = Boolean(device);
  by("declare").hidden = !device;
  by("venue").textContent = device?.venue ? `· ${device.venue}` : "";
  boxes(by("symptoms"), SYMPTOMS);
  boxes(by("contacts"), CONTACTS);
  renderForm();
  await renderKept();
}

function renderForm() {
  by("mending").hidden = !mending;
  by("mending-what").textContent = mending ? t("mending", where(mending)) : "";
  by("mending-why").textContent = mending?.sentence ?? "";
  renderPeople(by("people"), people, (person) => {
    people = people.filter((one) => one !== person);
    renderForm();
  });
}

async function renderKept() {
  const rows = await declarations();
  renderDeclared(by("declared"), rows.filter((row) => row.id !== mending?.id), mend, remove);
  const [waiting, refused] = [rows.filter((row) => row.state === "waiting").length, rows.filter(isRefused).length];
  const parts = waiting ? [t("waiting", { count: waiting })] : [t("all_sent")];
  if (waiting && line.problem) parts.push(line.problem.message || t("offline"));
  if (waiting && line.again) parts.push(t("again_in", { seconds: line.again }));
  if (refused) parts.push(t("refused_count", { count: refused }));
  by("line").textContent = parts.join(" · ");
}

/** Puts a refused declaration into the form again, its people still sealed; until it is decided it stays as it was. */
async function mend(row) {
  const begun = people.length || TOLD.some((name) => by(name).value.trim()) || document.querySelector(":checked");
  by("missing").textContent = begun ? t("form_in_use") : "";
  if (begun) return;
  mending = row;
  people = row.persons.map(({ person_sealed: sealed }) => ({ sealed, ending: "" }));
  for (const name of ["origin", "destination", "plate"]) by(name).value = row[name];
  by("recent").value = row.recent.join("\n");
  by("note").value = row.decision.note;
  for (const box of document.querySelectorAll("#symptoms input, #contacts input"))
    box.checked = [...row.symptoms, ...row.contacts].includes(box.value);
  await render();
  scrollTo(0, 0);
}

async function remove(row) {
  if (!confirm(t("delete_sure", where(row)))) return;
  await drop("declarations", row.id);
  await render();
}

const where = (row) => ({ time: clock(row.at), place: row.destination });

async function clear() {
  [people, mending] = [[], null];
  for (const name of [...TOLD, "document"]) by(name).value = "";
  for (const box of document.querySelectorAll(":checked")) box.checked = false;
  for (const name of ["missing", "document-problem"]) by(name).textContent = "";
  await render();
  scrollTo(0, 0);
}

/** A card or number that was scanned or typed: sealed now, and shown by its last digits. */
async function add(text) {
  const identity = identityIn(text);
  const why = readCode(text).kind === "newer" ? "is_newer" : "bad_document";
  by("document-problem").textContent = identity ? "" : t(why);
  if (!identity) return;
  const { envelope_key: key } = await enrolled(KIND);
  people.push({ sealed: await seal(key, identity), ending: endingOf(identity) });
  by("document").value = "";
  renderForm();
}

async function decide(decision) {
  const way = { origin: by("origin").value.trim(), destination: by("destination").value.trim() };
  const complete = way.origin && way.destination && people.length;
  by("missing").textContent = complete ? "" : t("missing");
  if (!complete) return;
  const now = Math.floor(Date.now() / 1000);
  const row = {
    // A mended one is of when they were here, unless the clock was wrong then.
    ...{ id: mending?.id ?? newId(), at: Math.min(mending?.at ?? now, now), ...way },
    ...{ plate: by("plate").value.trim(), state: "waiting", count: people.length },
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
  await clear();
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

async function start() {
  by("language").onclick = () => {
    changeLanguage();
    render();
  };
  takeInvitation(KIND, render);
  by("mending").querySelector("button").onclick = clear;
  by("add-person").onsubmit = (event) => {
    event.preventDefault();
    add(by("document").value);
  };
  by("open-camera").onclick = openCamera;
  by("camera").querySelector("button").onclick = () => by("camera").close();
  by("approve").onclick = () => decide("approve");
  by("refer").onclick = () => decide("refer");
  install();
  try {
    await render();
  } catch {
    return warn("no_storage");
  }
  if (!(await canSign())) return warn("no_signing");
  if (await enrolled(KIND)) outbox.flush();
}

start();
