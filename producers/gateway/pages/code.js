/** What a scanned code says, as far as a phone can tell: the gateway decides whether it is genuine. */

const TEXT = /^(?:https?:\/\/[^#]*#)?TV(\d{1,3}):([A-Z2-7]+)$/i;
const KINDS = { 1: "poster", 2: "screen", 3: "card" };
const DIRECTIONS = { 0: "unknown", 1: "in", 2: "out" };
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HEAD_BYTES = 12;
const SIGNATURE_BYTES = 64;

/** What people carry has its fields between bars (producers/codes/citizen_card.py and others), no place has. */
const FIELDS_MIN = 3;
export const HUE_CARD = /^https?:\/\/(?:www\.)?huecity\.vn\.?(?:[:/?#]|$)/i;
const PRIVATE = [
  HUE_CARD,
  /^(?:[A-Z]{2}\d{3}|\+)?\d(?:[\s.-]?\d){8,11}(?:$|[\s|;,])/i, // the number of a document or a telephone
  /^[01]\S{124}$/, // a person's code of luca
  /^(?:000201|(?:begin|bitcoin|bizcard|hc1|mailto|matmsg|mecard|otpauth|shc|sms|smsto|tel|wifi):)/i,
];

/**
 * {kind, direction, venue} of a code of ours; kind "newer" for a later version, "private" for a person's document
 * and codes of everyday life (producers/codes/everyday.py), which no phone keeps or sends, "other" for any other text.
 */
export function readCode(text) {
  const found = TEXT.exec(text.trim());
  if (!found) return { kind: isPrivate(text.trim()) ? "private" : "other", direction: "unknown", venue: "" };
  if (Number(found[1]) !== 1) return { kind: "newer", direction: "unknown", venue: "" };
  const body = fromBase32(found[2].toUpperCase()).slice(0, -SIGNATURE_BYTES);
  const kind = KINDS[body[0]];
  if (!kind || body.length <= HEAD_BYTES) return { kind: "other", direction: "unknown", venue: "" };
  const venue = kind === "card" ? "" : new TextDecoder().decode(body.slice(HEAD_BYTES));
  return { kind, direction: DIRECTIONS[body[1]] ?? "unknown", venue };
}

const isPrivate = (text) => text.split("|").length >= FIELDS_MIN || PRIVATE.some((shape) => shape.test(text));

function fromBase32(text) {
  const bytes = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    held = ((held << 5) | BASE32.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return new Uint8Array(bytes);
}
