/** The people of this phone, what they scanned, and how it is sent; nobody's name ever leaves the phone. */

import { ask, askSigned, enrol, newId } from "./device.js";
import { all, alone, drop, put } from "./store.js";

export const KEPT_DAYS = 28;
const DAY = 86_400;

/** Rows in the order in which they were recorded, which a second does not tell. */
const inOrder = (one, other) => one.kept - other.kept;

export const now = () => Math.floor(Date.now() / 1000);

/** Everyone with a card here; the first is the phone's owner, whose name is empty until they give one. */
export async function members() {
  const known = await all("members");
  if (known.length) return known.sort((one, other) => one.added - other.added);
  await put("members", { id: newId(), name: "", code: "", added: 0 });
  return members();
}

export const addMember = (name) => put("members", { id: newId(), name, code: "", added: Date.now() });

export const removeMember = (id) => drop("members", id);

/** Everything on this phone, newest first; what was answered and is older than KEPT_DAYS is deleted. */
export async function scans() {
  const rows = await all("scans");
  const old = rows.filter((row) => row.state !== "waiting" && row.at < now() - KEPT_DAYS * DAY);
  if (old.length) await drop("scans", ...old.map((row) => row.scan_id));
  return rows.filter((row) => !old.includes(row)).sort((one, other) => inOrder(other, one));
}

export async function forgetSent() {
  const sent = (await all("scans")).filter((row) => row.state !== "waiting");
  if (sent.length) await drop("scans", ...sent.map((row) => row.scan_id));
}

/** Who checked in within a day and not out again: [{place, label, venue_code, at, members}]. */
export function present(rows, moment) {
  const open = new Map();
  for (const row of [...rows].sort(inOrder)) {
    if (row.state === "refused" || row.at < moment - DAY) continue;
    const key = `${row.member}\n${row.place}`;
    if (row.direction === "out") open.delete(key);
    else open.set(key, row);
  }
  const places = new Map();
  for (const { place, label, venue_code, at, member } of open.values()) {
    const known = places.get(place) ?? { place, label, venue_code, at, members: [] };
    places.set(place, { ...known, at: Math.min(known.at, at), members: [...known.members, member] });
  }
  return [...places.values()];
}

/** Writes down that these members came or went: kept when this resolves, sent later. */
export async function record(place, chosen, direction) {
  const at = now();
  const kept = Date.now();
  const before = await scans();
  const rows = chosen.map((member) => {
    const last = before.find((row) => row.member === member && row.place === place.place && row.at <= at);
    const since = direction === "out" && last && last.direction !== "out" && last.at > at - DAY ? last.at : null;
    return { ...place, scan_id: newId(), at, member, direction, since, kept, state: "waiting", sentence: "" };
  });
  await put("scans", ...rows);
  return rows;
}

/** What is known of a place: its name where the gateway can be asked within three seconds. */
export async function lookUp(key, venue_code) {
  const silent = new Promise((resolve) => setTimeout(resolve, 3000, null));
  const asked = navigator.onLine ? ask("GET", `/v1/venues/${encodeURIComponent(key)}`).catch((error) => error) : null;
  const found = await Promise.race([asked, silent]);
  if (!found || found instanceof Error) return { place: key, label: key, venue_code, problem: found };
  return { place: found.venue, label: found.name || found.venue, venue_code: found.code ?? venue_code, problem: null };
}

/** Gives a card to everyone who has none: to all of the family, or to those of these scans. */
export const issueCards = (rows) => alone("cards", () => issue(rows));

async function issue(rows) {
  await enrol("phone");
  const ids = rows?.map((row) => row.member);
  for (const member of await members()) {
    if (member.code || (ids && !ids.includes(member.id))) continue;
    const { code } = await askSigned("phone", "POST", "/v1/cards", {});
    await put("members", { ...member, code });
  }
}

/** What stays here of an answered scan: of a refused one neither its text nor the place, which may be the text. */
export function settled(row) {
  if (row.state !== "refused") return row;
  const { venue_code: _, place: __, ...rest } = row;
  return rest;
}

/** Sends a batch; returns each scan with the gateway's answer on it. */
export async function sendScans(rows) {
  const codes = new Map((await members()).map((member) => [member.id, member.code]));
  const scans = rows.map(({ scan_id, at, member, venue_code, direction, since, person_code }) => ({
    ...{ scan_id, at, venue_code, direction, person_code: codes.get(member) || person_code },
    ...(since === null ? {} : { since }),
  }));
  const { answers } = await askSigned("phone", "POST", "/v1/scans", { scans });
  const by = new Map(answers.map((answer) => [answer.scan_id, answer]));
  return rows.map((row) => {
    const { status = "waiting", sentence = "" } = by.get(row.scan_id) ?? {};
    return { ...row, state: status, sentence: sentence ?? "" };
  });
}
