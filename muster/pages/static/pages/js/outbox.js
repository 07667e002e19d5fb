/**
 * The outbox: what was done on this tablet and has not yet reached the school.
 *
 * Every item has an id made here, so sending it again is harmless. An item leaves only on its own result, and stays
 * seven days as `sent`, so that it can be offered again should the school restore an older backup.
 * Items hold numbers, never names; what somebody wrote (the text of a note, a reason) is sealed under a key this
 * browser cannot give away.
 * `at` and `sent_at` are both by this tablet's clock, however wrong: the school reads only the time between them.
 * `after` names an earlier waiting item for the same cell: the later one is sent on top of the version that one gets.
 */
import { device, done, keep, kept, seal, store, unseal } from './outbox-store.js';

const DAY = 86400000;
const BATCH = 200;
const LEAVING_BATCH = 100; // A browser refuses to finish more than 64 KB once its page has gone.
const boxes = new Map();

const meta = (name) => document.querySelector(`meta[name="${name}"]`);

/** How far this tablet's clock is behind the school's, as the page came; NaN where the page was kept from before. */
function behindThePage() {
  if (document.documentElement.hasAttribute('data-saved-copy')) return NaN;
  const written = Date.parse(document.querySelector('meta[name=written]')?.content);
  return written - performance.timeOrigin - (performance.getEntriesByType('navigation')[0]?.responseStart ?? 0);
}

class Outbox {
  /** `items` is every item of this account on this tablet by id; `trouble` is '', network, server, signed-out or storage. */
  constructor(account) {
    this.account = account;
    this.items = new Map();
    this.trouble = '';
    this.savedAt = null;
    this.skew = 0;
    this.device = null;
    this.pause = 0;
    this.notBefore = 0;
    this.listeners = new Set();
    this.channel = 'BroadcastChannel' in self ? new BroadcastChannel(`muster-outbox-${account}`) : null;
    if (this.channel) this.channel.onmessage = ({ data }) => this.heard(data);
    this.ready = this.load().catch(() => { this.trouble = 'storage'; });
    for (const name of ['online', 'focus', 'pageshow']) addEventListener(name, () => this.send());
    addEventListener('offline', () => this.report('network'));
    document.addEventListener('visibilitychange', () => (document.visibilityState === 'hidden' ? this.leave() : this.send()));
    setInterval(() => this.soon(), 30000);
  }

  async load() {
    this.skew = (await kept('skew')) ?? 0;
    const seen = behindThePage();
    if (Math.abs(seen - this.skew) > 2000) this.takeFor(seen);
    this.device = await device();
    this.restored = await kept('restored');
    for (const state of ['waiting', 'refused', 'sent']) {
      for (const item of await done((await store('items')).index('state').getAll([this.account, state]))) {
        if (state === 'sent' && Date.now() - item.sentAt > 7 * DAY) await done((await store('items', 'readwrite')).delete(item.id));
        else if (!this.items.has(item.id)) {
          if (item.sealed) item.value = await unseal(item.sealed);
          this.items.set(item.id, item);
        }
      }
    }
    if (this.waiting().length) {
      navigator.storage?.persist?.();
      this.send();
    }
  }

  listen(listener) { this.listeners.add(listener); }
  tell(event) { for (const listener of this.listeners) listener(event); }
  report(trouble) { this.trouble = trouble; this.tell({ trouble }); }

  /** What another tab of this account did. */
  heard({ added = [], settled = [], trouble, savedAt }) {
    for (const item of [...added, ...settled]) this.items.set(item.id, item);
    if (savedAt) this.savedAt = savedAt;
    if (trouble !== undefined) this.trouble = trouble;
    this.tell({ added, settled, trouble });
  }
  share(event) {
    this.channel?.postMessage(event);
    this.tell(event);
  }

  in(state) { return [...this.items.values()].filter((item) => item.state === state).sort((a, b) => a.seq - b.seq); }
  waiting() { return this.in('waiting'); }
  refused() { return this.in('refused'); }
  /** Whether this tablet keeps any item, of whichever account. */
  async holdsAnything() { return (await done((await store('items')).count())) > 0; }
  /** Now, by the school's clock as the last answer told it. */
  now() { return Date.now() + this.skew; }
  correct(said, from, to) {
    const skew = Date.parse(said) - (from + to) / 2;
    if (!Number.isNaN(skew)) this.takeFor(skew);
  }
  takeFor(skew) {
    this.skew = skew;
    keep('skew', skew).catch(() => {});
  }

  /** Take in changes of one act and return them as items. They are kept and sent behind this call's back. */
  add(changes, sync) {
    const act = crypto.randomUUID();
    const at = new Date().toISOString();
    const items = changes.map((change) => {
      this.last = Math.max((this.last ?? 0) + 1, Date.now());
      return { base: null, act, at, ...change, id: crypto.randomUUID(), seq: this.last, account: this.account, sync, state: 'waiting' };
    });
    for (const item of items) this.items.set(item.id, item);
    this.put(items);
    this.channel?.postMessage({ added: items });
    this.tell({});
    this.since ??= Date.now();
    this.soon();
    return items;
  }

  async put(items) {
    try {
      for (const item of items) if (item.value?.text || item.value?.reason) item.sealed ??= await seal(item.value);
      const place = await store('items', 'readwrite');
      for (const item of items) place.put(item.sealed ? { ...item, value: undefined } : item);
      place.transaction.commit?.(); // Or a page closed in this very moment would take it along.
      await new Promise((resolve, reject) => {
        place.transaction.oncomplete = resolve;
        place.transaction.onabort = () => reject(place.transaction.error);
      });
    } catch {
      this.report('storage');
    }
  }

  /** Forget a refused item, once its person said so. */
  async discard(id) {
    const item = this.items.get(id);
    if (item?.state !== 'refused') return;
    this.items.delete(id);
    await done((await store('items', 'readwrite')).delete(id));
    this.tell({ settled: [] });
  }

  /** Offer again everything acknowledged in the last seven days: the school went back to an earlier backup. */
  async reoffer() {
    const items = this.in('sent');
    for (const item of items) item.state = 'waiting';
    await this.put(items);
    this.soon();
  }

  /** Send once typing rests for 300 ms, after two seconds all the same, and not before a pause is over. */
  soon(wait = 300) {
    const now = Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), Math.max(this.notBefore - now, Math.min(wait, (this.since ?? now) + 2000 - now), 0));
  }

  /** One sender for all tabs: a lock, or where browsers have none a short lease. Sending twice would do no harm. */
  async alone(work) {
    const name = `muster-outbox-${this.account}`;
    if (navigator.locks) return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : this.soon(1000)));
    const place = await store('kept', 'readwrite');
    if ((await done(place.get(name))) > Date.now()) return this.soon(1000);
    await done(place.put(Date.now() + 20000, name));
    return work().finally(() => keep(name, 0));
  }

  /** Send what waits, in order, up to 200 at a time, until nothing waits or something is in the way. */
  async send() {
    if (!this.waiting().length || this.sending) return;
    if (navigator.onLine === false) return this.report('network');
    this.sending = true;
    this.since = null;
    try {
      await this.alone(async () => {
        let size = BATCH;
        for (let batch; (batch = this.batch(size)).length;) size = (await this.post(batch)) || size;
      });
      this.pause = this.notBefore = 0;
    } catch (trouble) {
      this.pause = Math.min(this.pause * 2 || 2000, 60000);
      this.notBefore = Date.now() + this.pause;
      this.share({ trouble: (this.trouble = typeof trouble === 'string' ? trouble : 'network') });
      this.soon();
    } finally {
      this.sending = false;
    }
  }

  /** The page is going: one batch is on its way before this returns, and the browser finishes it. */
  leave() {
    const batch = this.batch(LEAVING_BATCH);
    if (batch.length && !this.sending) this.post(batch, true).catch(() => {});
  }

  batch(size) {
    const ready = this.waiting().filter((item) => this.items.get(item.after)?.state !== 'waiting');
    return ready.filter((item) => item.sync === ready[0].sync).slice(0, size);
  }
  base(item) {
    const before = this.items.get(item.after);
    return !before ? item.base : before.state === 'sent' ? before.version : this.base(before);
  }

  /** Send one batch. Returns a smaller size when the school could not read this one; throws what is in the way. */
  async post(batch, leaving = false, again = false) {
    const from = Date.now();
    const items = batch.map((item) => {
      const { id, act, kind, target, value, at, seq } = item;
      return { id, act, kind, target, value, base: (item.sentBase ??= this.base(item)), at, seq };
    });
    const response = await fetch(batch[0].sync, {
      method: 'POST', keepalive: leaving, redirect: 'manual', credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': meta('csrf-token')?.content ?? '' },
      body: JSON.stringify({ device: this.device ?? '', account: this.account, sent_at: new Date().toISOString(), items }),
      signal: leaving ? undefined : AbortSignal.timeout(20000),
    });
    if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 403) {
      if (again || !(await this.stillMe())) throw 'signed-out';
      return this.post(batch, leaving, true);
    }
    const answer = await response.json().catch(() => ({}));
    if (Array.isArray(answer.results)) return this.settle(batch, answer, from);
    if (response.status !== 400 && response.status !== 413) throw 'server';
    if (batch.length > 1) return Math.ceil(batch.length / 2);
    return this.settle(batch, { results: [{ id: batch[0].id, status: response.status, reason: answer.reason ?? '' }] }, from);
  }

  /** A page kept from earlier carries an old form token: fetch a fresh one, if the same person is still signed in. */
  async stillMe() {
    const page = await fetch(location.href, { credentials: 'same-origin', redirect: 'follow' });
    const fresh = new DOMParser().parseFromString(await page.text(), 'text/html');
    const token = fresh.querySelector('meta[name="csrf-token"]')?.content;
    if (!token || fresh.querySelector('meta[name="account"]')?.content !== this.account) return false;
    meta('csrf-token').content = token;
    return true;
  }

  async settle(batch, answer, from) {
    if (answer.now) this.correct(answer.now, from, Date.now());
    const settled = [];
    for (const result of answer.results) {
      const item = batch.find((sent) => sent.id === result.id);
      if (!item || result.status >= 500) continue;
      const accepted = result.status < 300;
      Object.assign(item, accepted
        ? { state: 'sent', sentAt: Date.now(), version: result.version, shown: result.shown, two: !!result.two_views }
        : { state: 'refused', reason: result.reason });
      if (accepted) this.savedAt = this.now();
      this.items.set(item.id, item);
      settled.push(item);
    }
    await this.put(settled);
    this.trouble = '';
    this.share({ settled, trouble: '', savedAt: this.savedAt });
    const { restored } = answer;
    if (restored !== undefined && restored !== this.restored) {
      const known = this.restored !== undefined;
      this.restored = restored;
      keep('restored', restored).catch(() => {});
      if (known) await this.reoffer();
    }
    if (!settled.length) throw 'server';
    return 0;
  }
}

/** The outbox of one account; every module of a page shares it. */
export function outbox(account) {
  if (!boxes.has(account)) boxes.set(account, new Outbox(account));
  return boxes.get(account);
}
