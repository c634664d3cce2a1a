/** Sends what waits on this device, oldest first, until the gateway has answered for each; nothing leaves it before. */

import { Problem } from "./device.js";
import { all, alone, put } from "./store.js";

const AGAIN_SECONDS = [5, 15, 60, 300];
const BATCH_MAX = 100;

/**
 * An outbox on one store whose rows have `at` and `state`; what waits is in state "waiting".
 * prepare(rows): called before a batch is sent; send(rows): sends it and returns each row as it is now.
 * settled(row): what stays here of a row that was answered, whether taken or refused.
 * told({waiting, problem, again}): what became of the last try; again: seconds until the next.
 */
export class Outbox {
  constructor(store, prepare, send, told, settled = (row) => row) {
    Object.assign(this, { store, prepare, send, told, settled, tries: 0, timer: undefined });
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.flush());
  }

  /** One sender at a time, also over several open pages. */
  flush() {
    clearTimeout(this.timer);
    return alone(`outbox ${this.store}`, () => this.sendAll());
  }

  async waiting() {
    const rows = (await all(this.store)).filter((row) => row.state === "waiting");
    return rows.sort((one, other) => one.at - other.at);
  }

  /** A request that the gateway will never take is halved until the one row is found that it is about. */
  async answers(rows) {
    try {
      return await this.send(rows);
    } catch (error) {
      if (![400, 413, 422].includes(error.status)) throw error;
      if (rows.length === 1) return [{ ...rows[0], state: "refused", sentence: error.message }];
      const half = Math.ceil(rows.length / 2);
      return [...(await this.answers(rows.slice(0, half))), ...(await this.answers(rows.slice(half)))];
    }
  }

  async sendAll() {
    let problem = null;
    try {
      for (let rows; (rows = (await this.waiting()).slice(0, BATCH_MAX)).length; this.tries = 0) {
        await this.prepare(rows);
        const answered = await this.answers(rows);
        await put(this.store, ...answered.map((row) => (row.state === "waiting" ? row : this.settled(row))));
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
    }
    const waiting = (await this.waiting()).length;
    let again = 0;
    if (problem && waiting) {
      const pause = AGAIN_SECONDS[Math.min(this.tries, AGAIN_SECONDS.length - 1)];
      // Not all at once: thousands of phones lost the same gateway in the same second.
      again = Math.ceil(Math.max(problem.retryAfterSeconds, pause) * (1 + Math.random() / 2));
      this.tries += 1;
      this.timer = setTimeout(() => this.flush(), again * 1000);
    }
    this.told({ waiting, problem, again });
  }
}
