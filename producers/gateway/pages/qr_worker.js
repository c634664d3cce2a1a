/** Looks for a QR code in one picture, beside the page, so that the page stays quick (vendor/jsQR.js). */

importScripts("/pages/vendor/jsQR.js");

onmessage = ({ data: picture }) => {
  const found = jsQR(picture.data, picture.width, picture.height, { inversionAttempts: "dontInvert" });
  postMessage(found?.data || null);
};
