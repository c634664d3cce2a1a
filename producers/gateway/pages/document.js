/** What of a person's document is sealed: the number of a citizen card, of any other code the whole text. */

import { HUE_CARD, readCode } from "./code.js";

const GENDER_AT = { 6: 3, 7: 4 }; // of a citizen card of so many fields
const GENDER = /^n.{0,5}$/i; // of a keyboard that cannot type it, only the N may be left
const BORN = /^[\d*]{4}-[\d*]{2}-[\d*]{2}$/;
const INSURED = /^(?:[A-Z]{2}\d{3})?\d{10}$/;

/**
 * What identifies a person in a scanned code or a typed number; null where it is neither. The gateway's reader says
 * who a whole text is (producers/codes): a number it begins with may be of another document, or somebody else's.
 */
export function identityIn(text) {
  const told = text.trim();
  const number = told.replace(/[\s.-]/g, "");
  if (/^\d{9,12}$/.test(number)) return number;
  const fields = told.split("|").map((field) => field.trim());
  if (isCitizenCard(fields)) return fields[0];
  const whole = isPcCovid(fields) || isInsurance(fields) || HUE_CARD.test(told) || readCode(told).kind === "card";
  return whole ? told : null;
}

/** The last three letters of its number, by which an officer tells people apart. */
export const endingOf = (identity) => identity.split("|")[0].trim().slice(-3);

/** producers/codes/citizen_card.py */
function isCitizenCard(fields) {
  const gender = fields[GENDER_AT[fields.length]] ?? "";
  return /^\d{12}$/.test(fields[0]) && GENDER.test(gender);
}

/** producers/codes/pc_covid.py */
const isPcCovid = (fields) => fields.length === 6 && BORN.test(fields[2]);

/** producers/codes/health_insurance.py */
const isInsurance = (fields) => fields.length >= 9 && fields.length <= 16 && INSURED.test(fields[0]);
