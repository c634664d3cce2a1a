/** The form of a place: what is typed, what of it the gateway is told, and what is wrong with it. */

import { by, made } from "./dom.js";
import { nameAround } from "./places.js";
import { language, t } from "./words.js";

export const FIELDS = ["name", "kind", "address", "inside", "unit", "hours", "capacity", "stay_minutes"];
const NUMBERS = ["capacity", "stay_minutes"];
const DAYS = { Mo: "T2", Tu: "T3", We: "T4", Th: "T5", Fr: "T6", Sa: "T7", Su: "CN" };

export const typed = () => Object.fromEntries(FIELDS.map((field) => [field, by(field).value.trim()]));

/** An entry of the registry as somebody types it; the days of its hours in the language of the page. */
export function typedOf(venue) {
  const texts = Object.fromEntries(FIELDS.map((field) => [field, String(venue[field] ?? "")]));
  if (language() === "vi") texts.hours = texts.hours.replace(/\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (name) => DAYS[name]);
  return texts;
}

export const differs = (one, other) => FIELDS.filter((field) => (one[field] ?? "") !== (other[field] ?? ""));

/** What the gateway is told: of a registered place only what differs, so that what others changed stays; null empties. */
export function told(id, before, now) {
  const toldOf = (field) => (now[field] === "" ? null : NUMBERS.includes(field) ? Number(now[field]) : now[field]);
  const fields = Object.fromEntries(differs(id ? before : {}, now).map((field) => [field, toldOf(field)]));
  return { ...(id ? { id } : {}), ...fields, name: now.name };
}

/** Puts these texts into the form; folded away stays what has none. */
export function fill(texts) {
  by("inside").replaceChildren(made("option", { value: texts.inside ?? "" }));
  for (const field of FIELDS) by(field).value = texts[field] ?? "";
  by("more").open = [...by("more").querySelectorAll("input, select")].some((one) => one.value);
}

/** Offers all other places of this office, and what is chosen though it is none of them. */
export function offerInside(rows, id) {
  const chosen = by("inside").value;
  const others = rows.filter((row) => row.id !== id);
  const whole = (row) => [row.venue.name, nameAround(row, rows)].filter(Boolean).join(" · ");
  const offers = [["", t("inside_none")], ...others.map((row) => [row.id, whole(row)])];
  if (chosen && !others.some((row) => row.id === chosen)) offers.push([chosen, chosen]);
  by("inside").replaceChildren(...offers.map(([value, textContent]) => made("option", { value, textContent })));
  by("inside").value = chosen;
}

/** Fields that are wrong before anybody is asked. */
export const wrongOf = (texts) => [
  ...["name", "kind"].filter((field) => !texts[field]),
  ...NUMBERS.filter((field) => !/^\d*$/.test(texts[field])),
];

/** Says beside each of these fields what it should be, opens what is folded away, and goes to the first. */
export function mark(fields) {
  for (const field of FIELDS) {
    const wrong = fields.includes(field);
    by(field).setAttribute("aria-invalid", wrong);
    say(`${field}-problem`, wrong ? `wrong_${field}` : "");
    if (wrong && by("more").contains(by(field))) by("more").open = true;
  }
  if (fields.length) by(FIELDS.find((field) => fields.includes(field))).focus();
}

/** Our words of this name, which change with the language; or a sentence of the gateway's. */
export function say(id, name, sentence = "") {
  const element = by(id);
  if (name) element.dataset.t = name;
  else delete element.dataset.t;
  element.textContent = name ? t(name) : sentence;
}
