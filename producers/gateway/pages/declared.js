/** What was declared on this device: of what was taken little stays, what was refused stays whole for the officer. */

import { all, drop } from "./store.js";

const SHOWN_SECONDS = 86_400;

export const isRefused = (row) => row.state === "refused";

const now = () => Math.floor(Date.now() / 1000);

/** What stays here of an answered declaration: its time, destination and decision; all of it where it was refused. */
export function settled(row) {
  if (isRefused(row)) return row;
  const { id, at, destination, decision, count, state, sentence } = row;
  return { id, at, destination, decision, count, state, sentence, settled: now() };
}

/** Those refused first, each newest first; a day after the gateway took it, the rest of one is deleted. */
export async function declarations() {
  const rows = await all("declarations");
  const old = rows.filter((row) => row.settled < now() - SHOWN_SECONDS);
  if (old.length) await drop("declarations", ...old.map((row) => row.id));
  return rows
    .filter((row) => !old.includes(row))
    .sort((one, other) => isRefused(other) - isRefused(one) || other.at - one.at);
}
