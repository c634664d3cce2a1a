/** A text as a QR code to show on this screen (vendor/qrcode.mjs draws it; nothing is asked of anyone). */

import qrcode from "./vendor/qrcode.mjs";

const SVG = "http://www.w3.org/2000/svg";
const MARGIN = 4;

/** An SVG element; black on white whatever the page looks like, for scanners want that. */
export function symbol(text, label) {
  const code = qrcode(0, "M");
  code.addData(text, /^[A-Z0-9 $%*+\-./:]*$/.test(text) ? "Alphanumeric" : "Byte");
  code.make();
  const side = code.getModuleCount() + 2 * MARGIN;
  let path = "";
  for (let y = 0; y < code.getModuleCount(); y++)
    for (let x = 0; x < code.getModuleCount(); x++)
      if (code.isDark(y, x)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
  const svg = made("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label });
  svg.append(made("rect", { width: side, height: side, fill: "#fff" }));
  svg.append(made("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" }));
  return svg;
}

function made(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
