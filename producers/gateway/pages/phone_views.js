/** What the phone page shows: who is where, the family's cards, the history. */

import { made } from "./dom.js";
import { symbol } from "./symbol.js";
import { clock, day, t } from "./words.js";

const SHOWN_MS = 60_000;

export const nameOf = (member, members) => {
  const found = members.find(({ id }) => id === member);
  return found ? found.name || t("me") : "?";
};

/** Names in the family's order. */
export const namesOf = (chosen, members) => {
  const order = (id) => members.findIndex((member) => member.id === id);
  return [...chosen].sort((one, other) => order(one) - order(other)).map((one) => nameOf(one, members)).join(", ");
};

/** The places where somebody is now, each with a button to leave. */
export function renderPresent(into, places, members, leave) {
  into.replaceChildren(
    ...places.map((place) =>
      made(
        "div",
        { class: "box present between" },
        made(
          "div",
          {},
          made("p", { class: "small", textContent: t("present") }),
          made("p", { class: "strong", textContent: place.label }),
          made("p", {
            class: "small",
            textContent: `${namesOf(place.members, members)} · ${t("since", { time: clock(place.at) })}`,
          }),
        ),
        made("button", { class: "out", textContent: t("leave"), onclick: () => leave(place) }),
      ),
    ),
  );
}

/** One box for each of the family: name and code both covered until they are asked for, and again after a minute. */
export function renderCards(into, members, remove) {
  into.replaceChildren(...members.map((member, place) => card(member, members, place ? remove : null)));
}

function card(member, members, remove) {
  const name = made("p", { class: "strong", textContent: "••••••" });
  const code = made("div", { class: "code" });
  const cover = () => code.replaceChildren(made("div", { class: "covered", textContent: "••••••" }));
  cover();
  let timer;
  const showName = made("button", {
    class: "quiet",
    textContent: t("show_name"),
    onclick() {
      const hide = name.dataset.shown === "yes";
      name.dataset.shown = hide ? "no" : "yes";
      name.textContent = hide ? "••••••" : nameOf(member.id, members);
      showName.textContent = t(hide ? "show_name" : "hide_name");
    },
  });
  const showCode = made("button", {
    class: "secondary",
    textContent: t("show_code"),
    disabled: !member.code,
    onclick() {
      clearTimeout(timer);
      const hide = code.dataset.shown === "yes";
      code.dataset.shown = hide ? "no" : "yes";
      if (hide) cover();
      else code.replaceChildren(symbol(member.code, t("code_of")));
      showCode.textContent = t(hide ? "show_code" : "hide_code");
      if (!hide) timer = setTimeout(() => code.dataset.shown === "yes" && showCode.click(), SHOWN_MS);
    },
  });
  return made(
    "div",
    { class: "box" },
    made("div", { class: "between" }, name, showName),
    code,
    member.code ? "" : made("p", { class: "small", textContent: t("card_none") }),
    showCode,
    remove ? made("button", { class: "quiet", textContent: t("remove"), onclick: () => remove(member) }) : "",
  );
}

/** Newest first, a heading for each day. */
export function renderHistory(into, rows, members) {
  const shown = [];
  let heading = "";
  for (const row of rows) {
    if (day(row.at) !== heading) {
      heading = day(row.at);
      shown.push(made("h3", { class: "day", textContent: heading }));
    }
    shown.push(historyRow(row, members));
  }
  if (!shown.length) shown.push(made("p", { textContent: t("no_history") }));
  into.replaceChildren(...shown);
}

function historyRow(row, members) {
  const way = { in: "in", out: "out" }[row.direction];
  return made(
    "div",
    { class: "scan-row" },
    made("span", { class: "when", textContent: clock(row.at) }),
    made("span", { class: "strong", textContent: row.label }),
    made(
      "span",
      { class: "rest" },
      way ? made("span", { class: `tag ${way}`, textContent: t(way) }) : "",
      ` ${nameOf(row.member, members)} · `,
      made("span", { class: `tag ${row.state}`, textContent: t(`state_${row.state}`) }),
    ),
    row.sentence ? made("span", { class: "rest", textContent: row.sentence }) : "",
  );
}
