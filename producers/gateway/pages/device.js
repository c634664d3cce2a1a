/** This device towards the gateway: its key, which cannot be copied out of the browser, and signed requests. */

import { drop, get, put } from "./store.js";
import { language } from "./words.js";

const ENCODER = new TextEncoder();

/** The gateway said no, or could not be reached (status 0). `message` is its sentence; code and field are for programs. */
export class Problem extends Error {
  constructor(status, sentence, { retryAfterSeconds = 0, code = "", field = "" } = {}) {
    super(sentence);
    Object.assign(this, { status, retryAfterSeconds, code, field });
  }
}

/** Can this browser sign? Chrome 137, Safari 17 and Firefox 129 can, and only over https. */
export async function canSign() {
  try {
    await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

/** What enrolment answered, or null where this device is not enrolled yet. */
export const enrolled = async (kind) => (await get("settings", `device ${kind}`)) ?? null;

/** This device is enrolled no more; its key stays, for the next invitation. */
export const dismiss = (kind) => drop("settings", `device ${kind}`);

/** Enrols this device once; the key pair is drawn before and kept, so that a lost answer costs nothing but a name. */
export async function enrol(kind, more = {}) {
  const known = await enrolled(kind);
  if (known) return known;
  const name = `key ${kind}`;
  let kept = await get("settings", name);
  if (!kept) {
    kept = { name, pair: await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]) };
    await put("settings", kept);
  }
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", kept.pair.publicKey));
  const answer = await ask("POST", "/v1/devices", { kind, public_key: base64url(raw), ...more });
  await put("settings", { name: `device ${kind}`, ...answer });
  return enrolled(kind);
}

/** Asks the gateway, unsigned. Returns the answer's JSON; raises Problem. */
export const ask = async (method, path, body) =>
  answered(await fetched(method, path, body === undefined ? undefined : JSON.stringify(body), {}));

/** Asks the gateway under this device's signature (producers/signed_request.py). */
export async function askSigned(kind, method, path, body) {
  const text = JSON.stringify(body);
  let response = await sendSigned(kind, method, path, text, newNonce());
  if (response.status !== 401) return answered(response);
  const theirs = response.headers.get("Truyvet-Nonce");
  const { code } = await response.clone().json().catch(() => ({}));
  if (theirs) {
    // A clock that was set back looks like an old request: the gateway gives a nonce that proves it new.
    response = await sendSigned(kind, method, path, text, theirs);
  } else if (code === "unknown_device") {
    // The gateway's register was lost: a phone enrols again with its key, others need an invitation.
    await dismiss(kind);
    if (kind === "phone") response = await sendSigned(kind, method, path, text, newNonce());
  }
  return answered(response);
}

async function sendSigned(kind, method, path, text, nonce) {
  const { device } = await enrol(kind);
  const { pair } = await get("settings", `key ${kind}`);
  return fetched(method, path, text, await signature(pair.privateKey, device, method, path, text, nonce));
}

const newNonce = () => hex(crypto.getRandomValues(new Uint8Array(16)));

async function signature(key, device, method, path, text, nonce) {
  const at = Math.floor(Date.now() / 1000);
  const digest = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", ENCODER.encode(text))));
  const message = `truyvet request v1\n${method}\n${path}\n${at}\n${nonce}\n${digest}`;
  const signed = await crypto.subtle.sign("Ed25519", key, ENCODER.encode(message));
  return {
    "Truyvet-Device": device,
    "Truyvet-Time": String(at),
    "Truyvet-Nonce": nonce,
    "Truyvet-Signature": base64url(new Uint8Array(signed)),
  };
}

async function fetched(method, path, body, headers) {
  try {
    return await fetch(path, {
      method,
      body,
      headers: { "Content-Type": "application/json", "Accept-Language": language(), ...headers },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
  } catch {
    throw new Problem(0, "");
  }
}

async function answered(response) {
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const sentence = answer.detail ?? answer.title ?? `HTTP ${response.status}`;
  const retryAfterSeconds = Number(response.headers.get("Retry-After")) || 0;
  throw new Problem(response.status, sentence, { retryAfterSeconds, code: answer.code, field: answer.field });
}

/** 64 random bits, for the id of a scan or a declaration. */
export const newId = () => hex(crypto.getRandomValues(new Uint8Array(8)));

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
