/** The page for offices: register a place, print its poster, change it, or make a room inside it. */

import { Problem, ask, canSign, dismiss, enrolled } from "./device.js";
import { by } from "./dom.js";
import { changeLanguage, install, spoken, takeInvitation, warn } from "./frame.js";
import { FIELDS, differs, fill, mark, offerInside, say, told, typed, typedOf, wrongOf } from "./office_form.js";
import { renderPlaces, renderPoster } from "./office_views.js";
import { dropDraft, keepDraft, keptDraft, places, posterAddress, register } from "./places.js";
import { t } from "./words.js";

const KIND = "office";
const AGAIN_MS = 3000;
const OURS = { venue_of_another: "of_another", no_poster: "no_poster" };

/** What is in the form: the id of a registered place (null: a new one), and the texts it was filled with. */
let writing = { id: null, filled: {} };
/** The poster that is shown: {place, outcome}; null while the form is. */
let shown = null;

async function render() {
  spoken();
  const [device, rows] = [await enrolled(KIND), await places()];
  by("enrol").hidden = Boolean(device);
  by("place").hidden = !device || Boolean(shown);
  by("poster").hidden = !shown;
  by("list").hidden = !rows.length;
  renderForm(rows);
  renderPlaces(by("places"), rows, { poster: show, change, room });
  if (shown) renderPoster(shown.place, rows, shown.outcome);
  by("line").textContent = navigator.onLine ? t("places_kept", { count: rows.length }) : t("office_offline");
}

function renderForm(rows) {
  const { id, filled } = writing;
  const around = rows.find((row) => row.id === filled.inside)?.venue.name;
  const title = id ? "change_of" : around ? "room_of" : "register_place";
  by("place-title").textContent = t(title, { name: id ? filled.name : around });
  by("register").textContent = t(id ? "save_change" : "register");
  hintVehicle();
  offerInside(rows, id);
}

const hintVehicle = () => (by("vehicle-how").hidden = by("kind").value !== "vehicle");

/** Fills the form, unless something is typed in it. */
async function write(id, filled) {
  shown = null;
  const used = differs(typed(), writing.filled).length > 0;
  say("place-problem", used ? "place_in_use" : "");
  if (!used) await begin(id, filled);
  await render();
  by("place").scrollIntoView();
  by("name").focus();
}

const change = ({ id, venue }) => write(id, typedOf(venue));

/** A room lies where its building lies, and is first of all of its kind. */
function room({ id, venue }) {
  const { kind, address, unit } = typedOf(venue);
  return write(null, { inside: id, kind, address, unit });
}

async function begin(id = null, filled = {}) {
  writing = { id, filled };
  fill(filled);
  mark([]);
  say("place-problem", "");
  await dropDraft();
}

const keepTyped = () => keepDraft({ ...writing, texts: typed() });

async function submit(event) {
  event.preventDefault();
  const texts = typed();
  const wrong = wrongOf(texts);
  say("place-problem", "");
  mark(wrong);
  if (wrong.length) return;
  by("register").disabled = true;
  try {
    const { place, outcome } = await register(told(writing.id, writing.filled, texts));
    await begin();
    await show(place, outcome);
  } catch (error) {
    if (!(error instanceof Problem)) return warn("no_storage");
    await refused(error);
  } finally {
    by("register").disabled = false;
  }
}

/** All that was typed stays: in the form and on this device. */
async function refused(error) {
  const { status, code, field, message } = error;
  if (code === "revoked_device") await dismiss(KIND);
  await render();
  if (status === 401) by("enrol").querySelector(".problem").textContent = message;
  else if (FIELDS.includes(field)) mark([field]);
  else say("place-problem", status ? OURS[code] : "offline_kept", message);
}

async function show(place, outcome = "") {
  shown = { place, outcome };
  by("poster-image").hidden = true; // never another place's beside this one's name
  await render();
  await showPicture();
  scrollTo(0, 0);
}

async function showPicture() {
  const image = by("poster-image");
  say("poster-problem", "");
  image.hidden = false;
  image.src = posterAddress(shown.place, await places(), "svg", {});
}

/** A picture that does not load says not why: the gateway is asked once more, for its sentence. */
async function unseen() {
  const address = by("poster-image").getAttribute("src");
  by("poster-image").hidden = true;
  const why = await ask("GET", address).catch((error) => error);
  if (by("poster-image").getAttribute("src") !== address) return; // meanwhile another place's is shown
  if (why instanceof Problem) say("poster-problem", why.status ? OURS[why.code] : "offline_poster", why.message);
  else say("poster-problem", "poster_failed");
  // A network that is said to be back may take a moment.
  if (why.status === 0 && navigator.onLine) setTimeout(seekPicture, AGAIN_MS);
}

const seekPicture = () => shown && by("poster-image").hidden && showPicture();

function wire() {
  by("language").onclick = () => {
    changeLanguage();
    render();
  };
  takeInvitation(KIND, render);
  by("place").onsubmit = submit;
  by("place").oninput = keepTyped;
  by("kind").onchange = hintVehicle;
  by("empty").onclick = () => begin().then(render);
  by("another").onclick = () => {
    shown = null;
    render().then(() => by("name").focus());
  };
  by("poster-room").onclick = () => room(shown.place);
  by("poster-change").onclick = () => change(shown.place);
  by("poster-image").onerror = unseen;
  addEventListener("offline", render);
  addEventListener("online", () => {
    render();
    seekPicture();
  });
}

async function start() {
  wire();
  install();
  try {
    const draft = await keptDraft();
    if (draft) {
      writing = { id: draft.id, filled: draft.filled };
      fill(draft.texts);
    }
    await render();
  } catch {
    return warn("no_storage");
  }
  if (!(await canSign())) warn("no_signing");
}

start();
