/**
 * Where the outbox keeps its items on this tablet: IndexedDB, with a key for notes that this browser cannot give away.
 */
export const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('muster-outbox', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('items', { keyPath: 'id' }).createIndex('state', ['account', 'state']);
      request.result.createObjectStore('kept');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}
export const store = async (name, mode = 'readonly') => (await database()).transaction(name, mode, { durability: 'strict' }).objectStore(name);
export const kept = async (name) => done((await store('kept')).get(name));
export const keep = async (name, value) => done((await store('kept', 'readwrite')).put(value, name));

/** The value kept under `name`; made once, whichever tab asks first. */
async function once(name, make) {
  const found = await kept(name);
  if (found) return found;
  const made = await make();
  const place = await store('kept', 'readwrite');
  const earlier = await done(place.get(name));
  if (!earlier) await done(place.put(made, name));
  return earlier ?? made;
}
const key = () => once('key', () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']));
export const device = () => once('device', () => crypto.randomUUID());

export async function seal(value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), plain) };
}
export async function unseal({ iv, bytes }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key(), bytes)));
}
