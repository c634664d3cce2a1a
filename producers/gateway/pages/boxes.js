/** Signs of illness and kinds of contact, as boxes to check (producers/health.py). */

import { made } from "./dom.js";
import { t } from "./words.js";

export const SYMPTOMS = ["fever", "cough", "breathless", "pneumonia", "sore_throat", "tired"];
export const CONTACTS = ["case", "from_area", "with_signs"];

/** Boxes to check; those that were checked stay so. */
export function boxes(into, values) {
  const checked = chosen(into);
  into.replaceChildren(
    ...values.map((value) =>
      made(
        "label",
        { class: "check" },
        made("input", { type: "checkbox", value, checked: checked.includes(value) }),
        made("span", { textContent: t(value) }),
      ),
    ),
  );
}

export const chosen = (into) => [...into.querySelectorAll(":checked")].map((box) => box.value);
