/** Seals an identity so that only the gateway opens it: what is on this device says nothing (producers/envelope.py). */

import { base64url } from "./device.js";

const PADDED_BYTES = 64;

/** key: the gateway's public key as enrolment gave it, base64url of 32 bytes. */
export async function seal(key, text) {
  const theirs = bytesOf(key);
  const body = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil(body.length / PADDED_BYTES) * PADDED_BYTES);
  padded.set(body);
  const own = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
  const mine = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const gateway = await crypto.subtle.importKey("raw", theirs, "X25519", false, []);
  const secret = await crypto.subtle.deriveBits({ name: "X25519", public: gateway }, own.privateKey, 256);
  const info = joined(new TextEncoder().encode("truyvet envelope v1\0"), mine, theirs);
  const derived = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info },
    await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]),
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const iv = new Uint8Array(12); // always the same: no two envelopes share a key
  const closed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, derived, padded));
  return `1.${base64url(joined(mine, closed))}`;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
