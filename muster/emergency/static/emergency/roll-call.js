/**
 * The roll call on this device: started, ticked and drawn here, with or without a network.
 *
 * What is known is a set of events: those the page brought, those polled from the school, and those made here, which
 * wait in the outbox until the school has them. Every drawing is derived from that set and from nothing else.
 */
import { outbox } from '../pages/js/outbox.js';
import { clock, say } from '../pages/js/outbox-words.js';
import { drawBoard } from './board.js';
import { derive } from './derive.js';
import { holdToStart } from './hold.js';

const POLL = 2000;
const pack = JSON.parse(document.getElementById('roll-call-pack').textContent);
const root = document.querySelector('[data-roll-call]');
const part = (name) => root.querySelector(`[data-${name}]`);
const box = outbox(pack.me.uuid);
const sync = `${pack.base}events/`;

const columns = ([who, name, group, expected, status, kind]) => ({ who, name, group, expected: !!expected, status, kind });
const byId = (events) => new Map(events.map((event) => [event.id, event]));
/** What is going on, by uuid: {uuid, number, kind, mode, started, ended, version, list, events, etag, heard}. */
const going = new Map(pack.open.map((one) => [one.uuid, { ...one, list: one.list.map(columns), events: byId(one.events), etag: '', heard: 0 }]));
const led = new Map(); // A roll call begun here, to the one it turned out to be.
let current = pack.open[0]?.uuid ?? null;
let shown = false;
let another = false; // The start stands open beside what is going on.
let failing = false;
let signedOut = false;
let said = '';
let saidAt = 0;

/** Items of this roll call's page: the outbox also holds marks, registers, and what was done at another school. */
const ours = (items) => items.filter((item) => item.sync === sync);
const own = (uuid) => led.get(uuid) ?? uuid;

/** What was started or ticked here, as far as this device still holds it. */
function mine() {
  const starts = [];
  const ticks = [];
  // A page that came while one was going on brings no other list than that of the one.
  const listed = () => (pack.open[0] ?? pack).list.map(columns);
  for (const item of box.items.values()) {
    if (item.sync !== sync || item.state === 'refused' || !item.value) continue;
    if (item.kind === 'roll-call-start') starts.push(item);
    else if (item.kind === 'roll-call-tick') ticks.push(item);
  }
  for (const item of starts) {
    const other = item.shown?.roll_call;
    if (other && other !== item.target.roll_call) merge(item.target.roll_call, other);
    const uuid = own(item.target.roll_call);
    if (going.has(uuid)) continue;
    // Sent before this page was written, it is among those going on, or has ended.
    if (item.state === 'sent' && (!item.shown || item.sentAt + box.skew < pack.list_at)) continue;
    going.set(uuid, {
      uuid, number: item.shown?.number ?? 0, kind: item.value.kind, mode: item.value.mode, started: Date.parse(item.at) + box.skew,
      ended: false, version: 0, list: listed(), events: new Map(), etag: '', heard: 0, fresh: item.state !== 'sent',
    });
    current ??= uuid;
  }
  return ticks;
}

function eventOf(item) {
  return { id: item.id, who: item.target.who, at: Date.parse(item.at) + box.skew, by: pack.me.uuid, name: pack.me.name, here: item.state !== 'sent', ...item.value };
}

/** The roll call begun here is the same as another: what was known of the one is now known of the other. */
function merge(from, to) {
  if (own(from) === to && !going.has(from)) return;
  led.set(from, to);
  const roll = going.get(from);
  going.delete(from);
  if (roll && !going.has(to)) going.set(to, Object.assign(roll, { uuid: to, version: 0, etag: '', fresh: true }));
  if (current === from) current = to;
}

/** Everything known of a roll call, and the board that follows. */
function known(roll) {
  const events = new Map(roll.events);
  for (const item of mine()) if (own(item.target.roll_call) === roll.uuid && !events.has(item.id)) events.set(item.id, eventOf(item));
  const counted = [...events.values()].filter((event) => !event.late);
  return { events, board: derive(roll.list, counted) };
}

/** Keep the screen on while one is going on; a lockdown lights nothing. */
function wake() {
  const roll = going.get(current);
  if (roll && !roll.ended && roll.kind !== 'lockdown' && !document.hidden) navigator.wakeLock?.request('screen').catch(() => {});
}

function begin(kind, mode) {
  const uuid = crypto.randomUUID();
  box.add([{ kind: 'roll-call-start', target: { roll_call: uuid }, value: { kind, mode, list_at: new Date(pack.list_at).toISOString() } }], sync);
  current = uuid;
  shown = another = false;
  draw();
  wake();
}

/** Say something: kept here, painted now, sent when it can be. */
function tick(changes) {
  const roll = going.get(current);
  box.add(changes.map(({ who = '', ...value }) => ({ kind: 'roll-call-tick', target: { roll_call: roll.uuid, who }, value })), sync);
  draw();
}

// Drawing

function covered(roll) {
  const dark = roll?.kind === 'lockdown';
  document.body.toggleAttribute('data-dark', dark);
  document.title = dark ? say('rc-neutral') : say('rc-title');
  part('cover').hidden = !dark || shown;
  if (dark && !shown && dialog.open) dialog.close('');
  return dark && !shown;
}

function syncLine(roll) {
  const waiting = ours(box.waiting()).length;
  if (roll.ended) return say('rc-ended');
  if (signedOut) return say('rc-signed-out');
  const refused = ours(box.refused());
  if (refused.length) return say('rc-refused', refused.length, refused[0].reason ?? '');
  if (waiting && (box.trouble || failing)) return say('rc-waiting', waiting);
  if (failing || navigator.onLine === false) return say('rc-quiet');
  if (waiting) return say('rc-sending', waiting);
  return roll.heard ? say('rc-live', Math.max(0, Math.round((Date.now() - roll.heard) / 1000))) : '';
}

/** How things stand with the school; until it was heard, how old the list is. */
const line = (roll) => (roll.heard ? syncLine(roll) : `${syncLine(roll)} ${say('rc-list-age', clock(pack.list_at))}`.trim());

function draw() {
  mine();
  const roll = going.get(current);
  part('board').hidden = !roll || covered(roll);
  part('start').hidden = !!roll && !roll.ended && (!another || part('board').hidden);
  for (const plain of root.querySelectorAll('[data-plain]')) plain.remove();
  if (!roll) {
    covered(null);
    const age = part('list-age');
    if (age) age.textContent = new Date(pack.list_at).toDateString() === new Date().toDateString() ? say('rc-list-from', clock(pack.list_at)) : '';
    return;
  }
  part('extra').hidden = false;
  const foot = part('foot');
  foot.hidden = false;
  for (const [name, path] of [['typed', 'typed-list/'], ['desk', 'desk/'], ['end', 'closure/']]) {
    const link = foot.querySelector(`[data-${name}]`);
    link.hidden = !roll.number || (name !== 'desk' && !pack.may_end);
    link.href = `${pack.base}${roll.number}/${path}`;
  }
  if (part('board').hidden) return;
  const { events, board } = known(roll);
  drawBoard(part('drawn'), {
    roll, board, events, me: pack.me, own: pack.own, others: [...going.values()].filter((other) => other !== roll && !other.ended),
    now: box.now(), line: line(roll), tick, more, choose: (uuid) => { current = uuid; draw(); },
  });
  announce(roll, board);
}

/** The number aloud, at most every ten seconds, and never in a lockdown. */
function announce(roll, board) {
  const words = say('rc-missing', board.missing);
  if (roll.kind === 'lockdown' || words === said || Date.now() - saidAt < 10000) return;
  said = words;
  saidAt = Date.now();
  part('live').textContent = words;
}

// One person

const dialog = part('person');
let asked = null;
function more(person, claims) {
  asked = { person, claims };
  dialog.querySelector('h2').textContent = person.name;
  dialog.querySelector('[data-person-says]').textContent = claims.map((event) => `${say(`rc-${event.claim}-claim`)} ${event.name} ${clock(event.at)}${event.place ? `, ${event.place}` : ''}`).join('; ');
  dialog.querySelector('[data-take-back]').hidden = !claims.length;
  dialog.querySelector('input').value = '';
  dialog.returnValue = '';
  dialog.showModal();
}
dialog.addEventListener('close', () => {
  const claim = dialog.returnValue;
  if (!claim || !asked) return;
  const text = dialog.querySelector('input').value.trim();
  const { person, claims } = asked;
  // Whoever says something here has just read what was said before, so it replaces that; a note replaces nothing.
  const over = claim === 'note' ? [] : claims.map((event) => event.id);
  if (claim === 'note' && !text) return;
  tick([{ who: person.who, claim, over, ...(text ? { text } : {}) }]);
});

part('extra').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = event.target.elements.name;
  const text = field.value.trim();
  if (text) tick([{ claim: 'extra', text }]);
  field.value = '';
});

part('another')?.addEventListener('click', () => {
  another = true;
  draw();
  part('start').querySelector('form').reset(); // A drill chosen before would be started again.
  part('start').scrollIntoView();
  part('start').querySelector('[name="mode"]').focus({ preventScroll: true });
});

part('cover').addEventListener('click', () => { shown = true; draw(); });
document.addEventListener('visibilitychange', () => { if (document.hidden) { shown = false; draw(); } else wake(); });
let resting;
for (const name of ['pointerdown', 'keydown']) {
  addEventListener(name, () => {
    clearTimeout(resting);
    resting = setTimeout(() => { if (going.get(current)?.kind === 'lockdown') { shown = false; draw(); } }, 30000);
  });
}

// What others said

async function poll() {
  const roll = going.get(current);
  try {
    if (roll && !document.hidden && !(roll.fresh && ours(box.waiting()).length)) await fetchNews(roll);
    failing = signedOut = false;
  } catch {
    failing = true;
  }
  if (roll && !document.querySelector('dialog[open]') && !typing()) draw();
  setTimeout(poll, POLL);
}

const typing = () => !!document.activeElement?.matches?.('input[inputmode]') && document.activeElement.value !== '';

async function fetchNews(roll) {
  const whole = roll.fresh ? '&list' : '';
  const response = await fetch(`${pack.base}${roll.uuid}/events/?after=${roll.version}${whole}`, {
    credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: roll.etag ? { 'If-None-Match': roll.etag } : {}, signal: AbortSignal.timeout(8000),
  });
  if (response.status === 304) {
    roll.heard = Date.now();
    return;
  }
  signedOut = response.type === 'opaqueredirect' || response.status === 401 || response.status === 403;
  if (!response.ok) throw new Error(String(response.status));
  const news = await response.json();
  if (news.uuid !== roll.uuid) {
    merge(roll.uuid, news.uuid);
    if (going.get(news.uuid) !== roll) return;
  }
  for (const event of news.events) roll.events.set(event.id, event);
  if (news.list) roll.list = news.list.map(columns);
  for (const one of (news.added ?? []).map(columns)) if (!roll.list.some(({ who }) => who === one.who)) roll.list.push(one);
  Object.assign(roll, { number: news.number, ended: news.ended, version: news.version, started: news.started, fresh: false, heard: Date.now(), etag: response.headers.get('ETag') ?? '' });
}

box.listen(() => { if (!dialog.open && !typing()) draw(); });
holdToStart(root, begin);
draw();
box.ready.then(() => {
  if (!current) for (const uuid of (mine(), going.keys())) current ??= uuid;
  draw();
  poll();
  setInterval(() => { const place = root.querySelector('[data-sync-line]'); const roll = going.get(current); if (place && roll) place.textContent = line(roll); }, 1000);
  wake();
});
