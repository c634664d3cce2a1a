/** Keeps the pages on the device, all files of one version together, so that they open without a network. */

// VERSION and FILES are put before this line by the gateway (producers/gateway/routes/pages.py).
const CACHE = `truyvet ${VERSION}`;
const PAGES = ["/", "/checkpoint", "/office"];

addEventListener("install", (event) => {
  skipWaiting();
  const fresh = [...PAGES, ...FILES].map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

addEventListener("activate", (event) => {
  const drop = async () => {
    for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(drop());
});

// Only our own pages and their files: what is asked of the gateway always goes to the gateway.
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (![...PAGES, ...FILES].includes(pathname)) return;
  event.respondWith(
    caches.open(CACHE).then(async (cache) => (await cache.match(pathname)) ?? fetch(event.request)),
  );
});
