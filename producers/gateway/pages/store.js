/** What this device keeps in its own browser (IndexedDB): its key, cards, places, and what it wrote down. */

const STORES = { settings: "name", members: "id", scans: "scan_id", health: "id", declarations: "id", places: "id" };
/** One more with each store that is added. None is ever taken away or changed: an older page goes on with its own. */
const VERSION = 2;

let opened;
let newest = VERSION;
let heldUp = () => {};

/** `told(true)` is called when a page opened long ago, in another tab, keeps this one from its stores; then `told(false)`. */
export const whenHeldUp = (told) => (heldUp = told);

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("truyvet", newest);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const [name, keyPath] of Object.entries(STORES))
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name, { keyPath });
    };
    request.onblocked = () => heldUp(true);
    request.onsuccess = () => {
      // A later page adds stores: this one makes way, and opens again what is there then.
      request.result.onversionchange = () => {
        request.result.close();
        [opened, newest] = [undefined, undefined];
      };
      heldUp(false);
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Runs `act` on one store; resolves when it is on disk, with what its request found. */
async function within(store, mode, act) {
  const transaction = (await database()).transaction(store, mode, { durability: "strict" });
  const request = act(transaction.objectStore(store));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const all = (store) => within(store, "readonly", (rows) => rows.getAll());

export const get = (store, key) => within(store, "readonly", (rows) => rows.get(key));

/** All of them are kept, or none. */
export const put = (store, ...values) =>
  within(store, "readwrite", (rows) => values.map((value) => rows.put(value)).at(-1));

export const drop = (store, ...keys) =>
  within(store, "readwrite", (rows) => keys.map((key) => rows.delete(key)).at(-1));

/** Ask the browser not to clear this when space is short; it may say no. */
export const persist = () => navigator.storage?.persist?.().catch(() => false);

/** Runs `work` when nobody else of this browser, in whatever tab, is at work under this name. */
export const alone = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());
