/** The places that this office registered, as this browser keeps them: the truth is the registry's (docs/venues.md). */

import { askSigned } from "./device.js";
import { all, drop, get, put } from "./store.js";

const DRAFT = "place being written";

/** Registers or changes a place; {outcome, place} as the registry has it now, which is kept here. Raises Problem. */
export async function register(told) {
  const { outcome, venue, code, posters } = await askSigned("office", "POST", "/v1/venues", told);
  const place = { id: venue.id, venue, code, posters, changed: Date.now() };
  await put("places", place);
  return { outcome, place };
}

/** All of them by name, each followed by those that lie inside it. */
export async function places() {
  const rows = (await all("places")).sort((one, other) => one.venue.name.localeCompare(other.venue.name, "vi"));
  const known = new Set(rows.map((row) => row.id));
  const around = (row) => (known.has(row.venue.inside) ? row.venue.inside : "");
  const under = (id) => rows.filter((row) => around(row) === id).flatMap((row) => [row, ...under(row.id)]);
  const found = under("");
  return [...found, ...rows.filter((row) => !found.includes(row))];
}

/** What people call the place that this one lies in: its name where it was registered here, else its id. */
export const nameAround = ({ venue }, rows) => rows.find((row) => row.id === venue.inside)?.venue.name ?? venue.inside;

/**
 * Where a poster is. Browsers keep one for five minutes: after any change (a building's name is on the posters of
 * its rooms) its address is another one, so that nobody prints what was there before.
 */
export function posterAddress(place, rows, kind, asked) {
  const changed = Math.max(place.changed, ...rows.map((row) => row.changed));
  return `${place.posters[kind]}?${new URLSearchParams({ ...asked, changed })}`;
}

/** What is in the form, kept until it is registered: a page that was closed has lost nothing. */
export const keepDraft = (draft) => put("settings", { name: DRAFT, ...draft });
export const keptDraft = () => get("settings", DRAFT);
export const dropDraft = () => drop("settings", DRAFT);
