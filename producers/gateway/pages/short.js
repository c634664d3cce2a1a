/** A venue's short code: understood as it was typed, and refused when a letter is wrong (docs/codes.md). */

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The ten letters of what was typed, or null where it is no short code or a letter is wrong. */
export function parseShort(text) {
  const told = text.replace(/[\s-]/g, "").toUpperCase().replace(/O/g, "0").replace(/[IL]/g, "1");
  const letters = [...told].map((letter) => ALPHABET.indexOf(letter));
  if (letters.length !== 10 || letters.includes(-1)) return null;
  return checkOf(letters.slice(0, 9)) === letters[9] ? told : null;
}

/** As it is printed: two halves with a hyphen. */
export const shown = (short) => `${short.slice(0, 5)}-${short.slice(5)}`;

/** The sum over GF(32) of each letter times x to the power of its place, counted from 1. */
function checkOf(letters) {
  let total = 0;
  for (const letter of letters.reverse()) {
    total = (total ^ letter) << 1;
    if (total & 32) total ^= 0b100101;
  }
  return total;
}
