/**
 * The service worker: the school's pages when the network is slow or gone.
 *
 * Hashed files come from the cache. Today, registers, the markbook and the roll call come from the network for three seconds, then from the copy
 * kept on this tablet. No other page is ever kept, and a page is kept only when it asks for it. Copies rest encrypted
 * under a key this browser cannot give away; they go at sign-out, at the end of the day, and when somebody else signs in.
 * The server puts the list of files, the version, and what the page for no network says in place of the tokens below.
 */
const ASSETS = __ASSETS__;
const VERSION = '__VERSION__';
const NO_NETWORK = __NO_NETWORK__;

const FILES = `muster-files-${VERSION}`;
const HASHED = /\.[0-9a-f]{8,}\.\w+$/;
const KEPT = [/^\/[a-z0-9-]+\/$/, /^\/[a-z0-9-]+\/roll-call\/$/, /^\/[a-z0-9-]+\/classes\/\d+\/(?:markbook\/.*|registers\/[\d-]+\/(?:[ap]m|lesson-\d+)\/)$/];
const PATIENCE = 3000;
const ANSWERS_KEPT = ['content-type', 'content-security-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options', 'cross-origin-opener-policy', 'permissions-policy'];

addEventListener('install', (event) => {
  skipWaiting();
  event.waitUntil(caches.open(FILES).then((files) => files.addAll(ASSETS)));
});

addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    // Copies made today may still name the files of the version before: that one stays for company.
    const versions = (await caches.keys()).filter((name) => name.startsWith('muster-files-') && name !== FILES);
    await Promise.all(versions.slice(0, -1).map((name) => caches.delete(name)));
    await tidy();
    await clients.claim();
  })());
});

addEventListener('message', (event) => {
  const { say, account, keep } = event.data ?? {};
  if (say === 'forget') event.waitUntil(forget().then(() => event.ports[0]?.postMessage('gone')));
  if (say === 'pack' && mayKeep(new URL(keep))) event.waitUntil(pack(keep).then((at) => event.ports[0]?.postMessage({ at })));
  if (say === 'here') {
    event.waitUntil((async () => {
      await tidy(account);
      for (const address of keep ?? []) if (mayKeep(new URL(address)) && !(await has(address))) await remember(await fetch(address, { credentials: 'same-origin' }), address);
    })());
  }
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.hash = ''; // It says where on the page, and belongs to no copy.
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(mayKeep(url) ? page(event, url) : other(request));
  else if (HASHED.test(url.pathname)) event.respondWith(file(request));
});

const mayKeep = (url) => KEPT.some((pattern) => pattern.test(url.pathname));

async function file(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(FILES)).put(request, answer.clone());
  return answer;
}

async function other(request) {
  try {
    const answer = await fetch(request);
    if (answer.headers.has('clear-site-data')) await forget();
    return answer;
  } catch {
    return nothing();
  }
}

/** The page from the network for three seconds, then the copy; without a copy the network has all the time it wants. */
async function page(event, url) {
  const fresh = fetch(event.request).then(async (answer) => {
    if (answer.headers.has('clear-site-data')) await forget();
    else if (answer.ok) event.waitUntil(remember(answer.clone(), url.href));
    return answer;
  });
  event.waitUntil(fresh.catch(() => {}));
  const first = await Promise.race([fresh.catch(() => null), new Promise((resolve) => setTimeout(resolve, PATIENCE, null))]);
  if (first && first.status < 500) return first;
  return (await copy(url)) ?? first ?? fresh.catch(nothing);
}

function nothing() {
  const sheets = ASSETS.filter((name) => name.endsWith('.css')).map((name) => `<link rel="stylesheet" href="${name}">`).join('');
  return new Response(
    NO_NETWORK.replace('<!-- sheets -->', sheets),
    { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'; style-src 'self'" } },
  );
}

// Copies: {url, account, day, at, headers, iv, bytes}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
let opened;
async function store(name, mode = 'readonly') {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('muster-copies', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('copies', { keyPath: 'url' });
      request.result.createObjectStore('key');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return (await opened).transaction(name, mode).objectStore(name);
}

/** The key of today's copies. It goes with them, and a copy of the file is worth nothing without it. */
async function key() {
  const found = await done((await store('key')).get('key'));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const place = await store('key', 'readwrite');
  const earlier = await done(place.get('key'));
  if (!earlier) await done(place.put(made, 'key'));
  return earlier ?? made;
}

const today = () => new Date().toDateString();

async function forget() {
  await done((await store('copies', 'readwrite')).clear());
  await done((await store('key', 'readwrite')).clear());
}

/** Drop what is of another day, or of anyone but `account` when that is told; '' is nobody. */
async function tidy(account) {
  for (const kept of await done((await store('copies')).getAll())) {
    if (kept.day !== today() || (account !== undefined && kept.account !== account)) await done((await store('copies', 'readwrite')).delete(kept.url));
  }
}

const has = async (url) => (await done((await store('copies')).get(url)))?.day === today();

const said = (text, name) => text.match(new RegExp(`<meta name="${name}" content="([^"]*)"`))?.[1];

async function remember(answer, url) {
  if (!answer.ok || answer.redirected || !answer.headers.get('content-type')?.startsWith('text/html')) return;
  const text = await answer.text();
  const account = said(text, 'account');
  await tidy(account);
  if (!account || !said(text, 'saved-copy')) return;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), new TextEncoder().encode(text));
  const headers = ANSWERS_KEPT.filter((name) => answer.headers.has(name)).map((name) => [name, answer.headers.get(name)]);
  await done((await store('copies', 'readwrite')).put({ url, account, day: today(), at: new Date().toISOString(), headers, iv, bytes }));
}

/** Fetch a page and keep it, open the copy of today, and answer how old it is; nothing where there is none that opens. */
async function pack(url) {
  try {
    await remember(await fetch(url, { credentials: 'same-origin' }), url);
  } catch {
    // Without a network the copy of before is still the list.
  }
  try {
    const kept = await done((await store('copies')).get(url));
    if (kept.day !== today()) return null;
    await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, await key(), kept.bytes);
    return kept.at;
  } catch {
    return null;
  }
}

/** Today's copy of a page, stamped with its time; for an address that only leads on, the newest page beneath it. */
async function copy(url) {
  try {
    await tidy();
    const kept = await done((await store('copies')).get(url.href));
    if (!kept) {
      const beneath = (await done((await store('copies')).getAll())).filter((each) => url.pathname.endsWith('/markbook/') && each.url.startsWith(url.href));
      const newest = beneath.sort((a, b) => (a.at < b.at ? 1 : -1))[0];
      return newest ? Response.redirect(newest.url) : null;
    }
    const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: kept.iv }, await key(), kept.bytes);
    const text = new TextDecoder().decode(plain).replace(/<html\b/i, `<html data-saved-copy="${kept.at}"`);
    return new Response(text, { headers: kept.headers });
  } catch {
    return null;
  }
}
