/** What every page begins with: its language, a warning across the top, its files kept, an invitation taken. */

import { Problem, enrol } from "./device.js";
import { by } from "./dom.js";
import { persist, whenHeldUp } from "./store.js";
import { language, speak, t } from "./words.js";

/** Says everything in the chosen language; the button names the other one. */
export function spoken() {
  speak();
  const other = language() === "en" ? "vi" : "en";
  Object.assign(by("language"), { lang: other, textContent: other === "en" ? "English" : "Tiếng Việt" });
}

export const changeLanguage = () => speak(language() === "en" ? "vi" : "en");

/** A sentence that stays until `calm` is called with its name, or the page is opened again. */
export function warn(name) {
  by("warning").dataset.t = name;
  by("warning").textContent = t(name);
  by("warning").hidden = false;
}

function calm(name) {
  if (by("warning").dataset.t === name) by("warning").hidden = true;
}

/** The files of the page stay on the device, and what it keeps is not cleared when space is short. */
export function install() {
  whenHeldUp((is) => (is ? warn : calm)("held_up"));
  navigator.serviceWorker?.register("/pages/sw.js", { scope: "/" }).catch(() => {});
  persist();
}

/** The form in which an operator's invitation is typed, once; then `render` is called. */
export function takeInvitation(kind, render) {
  by("enrol").onsubmit = async (event) => {
    event.preventDefault();
    const problem = by("enrol").querySelector(".problem");
    problem.textContent = "";
    try {
      await enrol(kind, { invitation: by("invitation").value.trim() });
      by("invitation").value = "";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem.textContent = error.message || t("offline");
    }
    await render();
  };
}
