/** The camera as a reader of QR codes: the browser's own where it has one, else jsQR beside the page. */

const ACROSS_MAX = 800; // dots: enough for the smallest squares of a poster, and quick on a cheap phone
const BETWEEN_MS = 120;

/** Shows the camera in `video` and resolves with the first text that `wanted` takes; null when stopped. */
export async function scan(video, stopped, wanted = () => true) {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const reader = await makeReader();
  try {
    video.srcObject = stream;
    await video.play();
    while (!stopped.aborted) {
      const text = await reader.read(video);
      if (text && !stopped.aborted && wanted(text)) return text;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
    return null;
  } finally {
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    reader.close();
  }
}

async function makeReader() {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return { read: async (video) => (await detector.detect(video))[0]?.rawValue, close() {} };
  }
  const worker = new Worker("/pages/qr_worker.js");
  const canvas = document.createElement("canvas");
  const drawn = canvas.getContext("2d", { willReadFrequently: true });
  return {
    read(video) {
      const scale = Math.min(1, ACROSS_MAX / Math.max(video.videoWidth, video.videoHeight, 1));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      if (!canvas.width || !canvas.height) return null;
      drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
      const picture = drawn.getImageData(0, 0, canvas.width, canvas.height);
      return new Promise((resolve) => {
        worker.onmessage = (told) => resolve(told.data);
        worker.onerror = () => resolve(null);
        worker.postMessage(picture, [picture.data.buffer]);
      });
    },
    close: () => worker.terminate(),
  };
}
