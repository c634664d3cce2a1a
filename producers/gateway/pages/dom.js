/** Elements of a page, made of plain text only: nothing that was scanned or typed is ever read as HTML. */

export const by = (id) => document.getElementById(id);

/** An element with properties (`on...` listeners, `data`, `class` among them) and children. */
export function made(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Opens a dialog; resolves when it closes, with its return value. */
export function shownUntilClosed(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }),
  );
}
