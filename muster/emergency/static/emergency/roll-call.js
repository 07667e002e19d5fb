/**
 * The roll call on this device: started, ticked and drawn here, with or without a network.
 *
 * What is known is a set of events: those the page brought, those polled from the school, and those made here, which
 * wait in the outbox until the school has them. Every drawing is derived from that set and from nothing else.
 */
import { outbox } from '../pages/js/outbox.js';
import { clock, say } from '../pages/js/outbox-words.js';
import { beganWords, drawBoard, strips } from './board.js';
import { derive } from './derive.js';
import { holdToStart } from './hold.js';

const POLL = 2000;
const pack = JSON.parse(document.getElementById('roll-call-pack').textContent);
const root = document.querySelector('[data-roll-call]');
const part = (name) => root.querySelector(`[data-${name}]`);
const box = outbox(pack.me.uuid);
const sync = `${pack.base}events/`;

const columns = ([who, name, group, expected, status, kind, room]) => ({ who, name, group, expected: !!expected, status, kind, room });
const byId = (events) => new Map(events.map((event) => [event.id, event]));
/** What is going on, by uuid: {uuid, number, kind, mode, started, ended, version, list, events, etag, heard, fresh, seen}; no list until it came. */
const going = new Map(pack.open.map((one) => [one.uuid, { ...one, list: one.list.map(columns), events: byId(one.events), etag: '', heard: 0 }]));
const led = new Map(); // A roll call begun here, to the one it turned out to be.
const LAST = `roll-call ${pack.base} ${pack.me.uuid}`;
const last = JSON.parse(localStorage.getItem(LAST)); // The one this phone was on, without people.
let order = pack.open.map(({ uuid }) => uuid); // As the school says: the one to open first in front.
const told = { etag: '' }; // What a page that shows none sends back.
let current = null;
let ready = false;
let shown = false;
let another = false; // The start stands open beside what is going on.
let pressed = false; // A finger is down: what it is on stays where it is.
let failing = false;
let signedOut = false;
let barred = false;
let said = '';
let saidAt = 0;

/** Items of this roll call's page: the outbox also holds marks, registers, and what was done at another school. */
const ours = (items) => items.filter((item) => item.sync === sync);
const own = (uuid) => led.get(uuid) ?? uuid;

/** The list this phone has of its own: a page that came while one was going on brings no other than that of the one. */
function listed(kind) {
  const people = (pack.open[0] ?? pack).list.map(columns);
  if (!pack.by_room.includes(kind)) return people;
  const outdoors = ({ group }) => pack.outdoors.includes(group);
  return people.map((one) => ({ ...one, group: one.room || one.group })).sort((one, other) => outdoors(other) - outdoors(one));
}
const unknown = () => ({ version: 0, list: null, events: new Map(), etag: '', heard: 0, fresh: true });

/** Those that go on, as the school orders them; behind them those it does not know of yet. */
const inOrder = () => [...new Set([...order, ...going.keys()])].map((uuid) => going.get(uuid)).filter((roll) => roll && !roll.ended);

/** Which to open: the one asked for, or this phone was last on, while it goes on; else the first. None before its list came. */
function first() {
  const open = inOrder().filter(({ list }) => list).map(({ uuid }) => uuid);
  const wanted = own(location.hash.slice(1) || last?.uuid);
  return open.includes(wanted) ? wanted : (open[0] ?? null);
}

/** What this phone was on since the page it has was written: a copy, without a network. Drawn with the list of the copy. */
function restore() {
  if (!last || going.has(own(last.uuid)) || last.at <= pack.list_at) return;
  going.set(last.uuid, { ...last, ...unknown(), list: listed(last.kind), ended: false });
}

function noteLast(roll) {
  if (roll.ended) localStorage.removeItem(LAST);
  else if (ready && !roll.noted) {
    const { uuid, number, kind, mode, started } = roll;
    for (const other of going.values()) other.noted = other === roll;
    localStorage.setItem(LAST, JSON.stringify({ uuid, number, kind, mode, started, at: box.now() }));
  }
}

/** What was started or ticked here, as far as this device still holds it. */
function mine() {
  const starts = [];
  const ticks = [];
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
      ...unknown(), uuid, number: item.shown?.number ?? 0, kind: item.value.kind, mode: item.value.mode,
      started: Date.parse(item.at) + box.skew, ended: false, list: listed(item.value.kind),
    });
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
  if (roll && !going.get(to)?.list) going.set(to, Object.assign(roll, { uuid: to, version: 0, etag: '', fresh: true, noted: false }));
  if (current === from) current = to;
}

/** Everything known of a roll call, and the board that follows. */
function known(roll) {
  const events = new Map(roll.events);
  for (const item of mine()) if (own(item.target.roll_call) === roll.uuid && !events.has(item.id)) events.set(item.id, eventOf(item));
  const counted = [...events.values()].filter((event) => !event.late);
  return { events, board: derive(roll.list, counted) };
}

/** A lockdown that goes on darkens and silences every page of a roll call, whichever is on it. */
const dark = () => [...going.values()].some(({ kind, ended }) => kind === 'lockdown' && !ended);

let lock = null;
/** The screen stays on while one goes on; a lockdown lights nothing. */
function light() {
  const roll = going.get(current);
  if (roll && !roll.ended && !dark() && !document.hidden) lock ??= navigator.wakeLock?.request('screen').catch(() => null);
  else {
    lock?.then((made) => made?.release());
    lock = null;
  }
}

function begin(kind, mode) {
  const uuid = crypto.randomUUID();
  box.add([{ kind: 'roll-call-start', target: { roll_call: uuid }, value: { kind, mode, list_at: new Date(pack.list_at).toISOString() } }], sync);
  if (kind === 'lockdown') shown = false;
  turnTo(uuid);
}

function turnTo(uuid) {
  current = uuid;
  another = false;
  history.replaceState(null, '', location.pathname);
  draw();
}

/** Say something: kept here, painted now, sent when it can be. */
function tick(changes) {
  const roll = going.get(current);
  box.add(changes.map(({ who = '', ...value }) => ({ kind: 'roll-call-tick', target: { roll_call: roll.uuid, who }, value })), sync);
  draw();
}

// Drawing

function covered() {
  const over = dark() && !shown;
  document.body.toggleAttribute('data-dark', dark());
  document.title = dark() ? say('rc-neutral') : say('rc-title');
  part('cover').hidden = !over;
  if (over && dialog.open) dialog.close('');
  if (dark()) part('live').textContent = '';
  light();
  return over;
}

function syncLine(roll) {
  const waiting = ours(box.waiting()).length;
  if (roll.ended) return say('rc-ended');
  if (signedOut) return say('rc-signed-out');
  if (barred) return say('rc-barred');
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
  current ??= first();
  const roll = going.get(current);
  const over = covered();
  const others = inOrder().filter((other) => other !== roll);
  part('board').hidden = !roll || over;
  part('start').hidden = over || (!!roll && !roll.ended && !another);
  part('news').replaceChildren(...(roll || over ? [] : strips(others)));
  for (const plain of root.querySelectorAll('[data-plain]')) plain.remove();
  if (!roll) {
    const age = part('list-age');
    if (age) age.textContent = new Date(pack.list_at).toDateString() === new Date(box.now()).toDateString() ? say('rc-list-from', clock(pack.list_at)) : '';
    part('start-line').replaceChildren(signedOut ? say('rc-signed-out') : barred ? say('rc-barred') : failing ? say('rc-deaf') : '', ...signIn());
    return;
  }
  noteLast(roll);
  part('extra').hidden = false;
  const foot = part('foot');
  foot.hidden = false;
  for (const [name, path] of [['typed', 'typed-list/'], ['desk', 'desk/'], ['end', 'closure/']]) {
    const link = foot.querySelector(`[data-${name}]`);
    link.hidden = !roll.number || (name !== 'desk' && !pack.may_end);
    link.href = `${pack.base}${roll.number}/${path}`;
  }
  if (part('board').hidden) return;
  roll.seen = true;
  const { events, board } = known(roll);
  drawBoard(part('drawn'), {
    roll, board, events, me: pack.me, own: pack.own, others, now: box.now(), line: line(roll), signIn: signIn(), tick, more,
    choose: (uuid) => { shown = true; turnTo(uuid); },
  });
  announce(board, others);
}

/** The way to sign in again, back to here. */
const signIn = () => (signedOut ? [' ', Object.assign(document.createElement('a'), { href: location.pathname, textContent: say('rc-sign-in') })] : []);

/** Another that began, and the number: aloud, at most every ten seconds, and never in a lockdown. */
function announce(board, others) {
  const began = others.find(({ seen, told }) => !seen && !told);
  const words = began ? beganWords(began) : say('rc-missing', board.missing);
  if (dark() || words === said || Date.now() - saidAt < 10000) return;
  if (began) began.told = true;
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
document.addEventListener('visibilitychange', () => {
  pressed = false;
  if (document.hidden) shown = false;
  draw();
});
let resting;
function rest() {
  clearTimeout(resting);
  resting = setTimeout(() => { if (dark()) { shown = false; draw(); } }, 30000);
}
addEventListener('keydown', rest);
addEventListener('pointerdown', () => { pressed = true; rest(); });
for (const name of ['pointerup', 'pointercancel']) addEventListener(name, () => setTimeout(() => { pressed = false; }, 100));

// What others said, and what they began

async function poll() {
  try {
    if (!document.hidden) await listen();
    failing = signedOut = barred = false;
  } catch {
    failing = true;
  }
  if (calm()) draw();
  setTimeout(poll, POLL);
}

const typing = () => !!document.activeElement?.matches?.('input[inputmode]') && document.activeElement.value !== '';
const calm = () => !pressed && !document.querySelector('dialog[open]') && !typing();

/** Begun here, and the school does not know of it yet. */
const unsent = (uuid) => ours(box.waiting()).some(({ kind, target }) => kind === 'roll-call-start' && own(target.roll_call) === uuid);

async function listen() {
  mine();
  const roll = going.get(current);
  if (roll && !roll.ended && !unsent(current)) await fetchNews(roll).catch((error) => noMore(roll, error));
  else await fetchGoing();
  for (const other of inOrder()) if (!other.list) await fetchNews(other).catch(() => {});
}

/** An hour after its end the school shows a roll call no more, and one it refused it never had: over here too. */
async function noMore(roll, error) {
  if (error.message !== '404') throw error;
  roll.ended = true;
  told.etag = '';
  await fetchGoing();
}

/** The answer of the school, or nothing where nothing is new to `knower`, whose tag is then a fresh one. */
async function ask(path, knower, more = {}) {
  const { etag } = knower;
  const response = await fetch(`${pack.base}${path}`, {
    credentials: 'same-origin', cache: 'no-store', redirect: 'manual', headers: { ...more, ...(etag ? { 'If-None-Match': etag } : {}) }, signal: AbortSignal.timeout(8000),
  });
  if (response.status === 304) {
    knower.etag = response.headers.get('ETag') ?? '';
    return null;
  }
  signedOut = response.type === 'opaqueredirect' || response.status === 401;
  barred = response.status === 403;
  if (!response.ok) throw new Error(String(response.status));
  return response;
}

/** `open` is what goes on now; of those the school `knew` when it was asked, it names all that have not ended. */
function hear(open, knew) {
  const bright = !dark();
  order = open.map(({ uuid }) => uuid);
  for (const one of open) if (!going.has(one.uuid)) going.set(one.uuid, { ...one, ...unknown() });
  for (const uuid of knew) if (going.has(uuid) && !order.includes(uuid)) going.get(uuid).ended = true;
  if (!bright || !dark()) return;
  shown = !!current; // Nobody is taken away from ticking; a page that shows nobody yet shows nothing now.
  rest();
  if (shown) covered();
  else draw();
}

const theirs = () => [...going.keys()].filter((uuid) => !unsent(uuid));

async function fetchGoing() {
  const knew = theirs();
  const response = await ask('going-on/', told, { 'X-Muster-Waits': '1' });
  if (!response) return;
  hear((await response.json()).open, knew);
  told.etag = response.headers.get('ETag') ?? '';
}

async function fetchNews(roll) {
  const knew = theirs();
  const response = await ask(`${roll.uuid}/events/?after=${roll.version}${roll.fresh ? '&list' : ''}`, roll);
  if (!response) {
    roll.heard = Date.now();
    return;
  }
  const news = await response.json();
  if (news.uuid !== roll.uuid) merge(roll.uuid, news.uuid);
  hear(news.open, knew);
  if (going.get(news.uuid) !== roll) return;
  for (const event of news.events) roll.events.set(event.id, event);
  if (news.list) roll.list = news.list.map(columns);
  for (const one of (news.added ?? []).map(columns)) if (!roll.list.some(({ who }) => who === one.who)) roll.list.push(one);
  Object.assign(roll, { number: news.number, ended: news.ended, version: news.version, started: news.started, fresh: false, heard: Date.now(), etag: response.headers.get('ETag') ?? '' });
}

box.listen(() => { if (calm()) draw(); });
holdToStart(root, begin);
draw();
box.ready.then(() => {
  mine();
  restore();
  ready = true;
  current = first() ?? current;
  draw();
  poll();
  setInterval(() => { const place = root.querySelector('[data-sync-line]'); const roll = going.get(current); if (place && roll) place.textContent = line(roll); }, 1000);
});
