/** What this device keeps in its own browser (IndexedDB): its key, cards, and what it wrote down, sent or waiting. */

const STORES = { settings: "name", members: "id", scans: "scan_id", health: "id", declarations: "id" };

let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("truyvet", 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => resolve(request.result);
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
