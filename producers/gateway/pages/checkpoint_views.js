/** What the officer's page shows: the people in the form, and what was declared on this device. */

import { isRefused } from "./declared.js";
import { made } from "./dom.js";
import { clock, day, t } from "./words.js";

/** The people of the form, each with a button that calls `remove`; those sealed earlier have no ending. */
export function renderPeople(into, people, remove) {
  into.replaceChildren(
    ...people.map((person, place) =>
      made(
        "div",
        { class: "box between" },
        made("span", { class: "strong", textContent: personLine(person, place) }),
        made("button", {
          class: "quiet",
          type: "button",
          textContent: t("remove"),
          onclick: () => remove(person),
        }),
      ),
    ),
  );
}

function personLine({ ending }, place) {
  const declarer = place ? "" : ` (${t("declarer")})`;
  return `${t("person_n", { n: place + 1 })}${declarer} · ${ending ? `••• ${ending}` : t("sealed")}`;
}

/** The list; what was refused has a button to mend it and one to delete it, which call these with its row. */
export function renderDeclared(into, rows, mend, remove) {
  const shown = rows.map((row) => declared(row, mend, remove));
  into.replaceChildren(...(shown.length ? shown : [made("p", { textContent: t("nothing_declared") })]));
}

function declared(row, mend, remove) {
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
      isRefused(row) ? ` ${day(row.at)}` : "",
    ),
    row.sentence ? made("span", { class: "rest", textContent: row.sentence }) : "",
    isRefused(row) ? actions(row, mend, remove) : "",
  );
}

const actions = (row, mend, remove) =>
  made(
    "span",
    { class: "rest row" },
    made("button", { class: "secondary mend", textContent: t("mend"), onclick: () => mend(row) }),
    made("button", { class: "quiet remove", textContent: t("remove"), onclick: () => remove(row) }),
  );
