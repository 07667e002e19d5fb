/**
 * A register: two buttons a row, one at the foot for everybody else, and typed codes on a keyboard.
 *
 * A row shows the mark first; then the outbox takes it; the network comes last and only corrects. What opens again shows
 * saved marks only: nothing here fills in a default. Without this script the page is a plain form.
 */
import { outbox } from '../pages/js/outbox.js';
import { savedLine } from '../pages/js/outbox-line.js';
import { clock, say } from '../pages/js/outbox-words.js';

const section = document.querySelector('[data-register]');
if (section) start(section, section.dataset);

async function start(section, data) {
  const box = outbox(data.account);
  const rows = [...section.querySelectorAll('[data-row]')];
  const status = section.querySelector('[data-status]');
  const rest = section.querySelector('[data-rest]');
  const undoing = section.querySelector('[data-undo]');
  const reason = section.querySelector('[data-reason]');
  const paper = section.querySelector('[data-paper]');
  const period = data.period ? +data.period : null; // Of a lesson.
  const closes = Date.parse(data.closes);
  const codes = new Set(data.codes.split(' '));
  const latest = new Map(); // The newest own item of each row.
  const before = new Map(); // What a row showed before anything of this page was waiting.
  let lastRest = [];

  const tell = (text) => { status.textContent = text; };
  const part = (row, name) => row.querySelector(`[data-${name}]`);
  const nameOf = (row) => part(row, 'name').textContent;
  const codeOf = (row) => row.dataset.code ?? '';
  const find = ({ target }) => rows.find((row) => +row.dataset.pupil === target.pupil);
  const mine = (item) => item.kind === 'register-mark' && item.target.class === +data.class && item.target.on === data.on && item.target.session === data.session && (item.target.period ?? null) === period;
  const over = () => box.now() >= closes;
  /** What a button of a row means now: late is another code once the register has closed. */
  const meaning = (what) => (what === 'late' && over() && !paper?.value ? data.after : data[what]);
  const wordOf = (code) => ({ [data.present]: say('present'), [data.absent]: say('absent'), [data.late]: say('late'), [data.after]: say('lateAfter'), '': say('blankAgain') }[code] ?? code);

  function show(row, code, words) {
    row.dataset.code = code;
    for (const button of row.querySelectorAll('[data-set]')) {
      const own = button.dataset.set === 'late' ? [data.late, data.after] : [data[button.dataset.set]];
      button.setAttribute('aria-pressed', String(own.includes(code)));
    }
    const typed = part(row, 'typed');
    if (typed) typed.value = code;
    row.querySelector('.minutes').hidden = code !== data.late;
    part(row, 'said').textContent = words ?? (code ? wordOf(code) : '');
  }

  function count() {
    const blank = rows.filter((row) => !codeOf(row));
    const planned = blank.filter((row) => row.dataset.planned).length;
    rest.hidden = !blank.length;
    rest.textContent = say('markRest', blank.length - planned);
    const also = section.querySelector('[data-as-planned]');
    also.hidden = !planned;
    also.textContent = say('asPlanned', planned);
    part(section, 'count').textContent = say('outOf', rows.length - blank.length, rows.length);
  }

  /** Mark rows, as one act: each with its code and what else is said with it. Returns how many. */
  function set(changes) {
    const items = [];
    for (const [row, code, also = {}] of changes) {
      const changed = codeOf(row) && codeOf(row) !== code;
      if (changed && over() && !paper?.value && !reason.value.trim()) {
        tell(say('whyFirst'));
        section.querySelector('[data-why]').hidden = false;
        reason.focus();
        return 0;
      }
      const pupil = +row.dataset.pupil;
      const own = latest.get(pupil);
      const value = { code, ...also };
      if (changed && reason.value.trim()) value.reason = reason.value.trim();
      if (paper?.value) value.paper = paper.value;
      if (!before.has(pupil)) before.set(pupil, codeOf(row));
      items.push({
        kind: 'register-mark', target: { pupil, class: +data.class, on: data.on, session: data.session, ...(period && { period }) }, value,
        base: row.dataset.v ? +row.dataset.v : null, from: codeOf(row), after: own?.state === 'waiting' ? own.id : null,
      });
      show(row, code);
      row.classList.add('wait');
      row.classList.remove('bad');
    }
    if (items.length) for (const item of box.add(items, data.sync)) latest.set(item.target.pupil, item);
    count();
    return items.length;
  }

  function markRest() {
    const blank = rows.filter((row) => !codeOf(row));
    const done = set(blank.map((row) => {
      const { planned, adult } = row.dataset;
      return planned ? [row, planned, adult ? { adult: +adult } : {}] : [row, data.present];
    }));
    if (!done) return;
    lastRest = blank;
    undoing.hidden = false;
    tell(say('restMarked', done));
  }

  /** The school's answer, or what another page of this person did. */
  function settled(item) {
    const row = find(item);
    if (!row) return;
    const pupil = +row.dataset.pupil;
    const own = latest.get(pupil);
    if (own && own.seq > item.seq) return;
    latest.set(pupil, item);
    row.classList.toggle('wait', item.state === 'waiting');
    row.classList.toggle('bad', item.state === 'refused');
    if (item.state === 'refused') show(row, item.value.code, item.reason);
    else if (item.state === 'waiting') show(row, item.value.code);
    else {
      row.dataset.v = item.version;
      const stands = item.shown ?? item.value;
      const office = stands.office && stands.code !== item.value.code;
      show(row, stands.code, office ? say('byOffice', wordOf(stands.code)) : undefined);
      before.delete(pupil);
    }
    count();
  }

  function tick() {
    const now = box.now();
    const place = part(section, 'clock');
    const left = Math.ceil((closes - now) / 60000);
    place.textContent = now < Date.parse(data.opens) ? say('opensAt', clock(new Date(data.opens))) : left > 0 ? say('openUntil', clock(new Date(closes)), left) : say('closedAt', clock(new Date(closes)));
    for (const button of section.querySelectorAll('[data-set="late"]')) button.textContent = say(over() ? 'lateAfter' : 'late');
  }

  section.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const row = button.closest('[data-row]');
    if (row && button.dataset.set) {
      const code = meaning(button.dataset.set);
      // Pressing what is pressed takes it back, where nobody has closed it.
      const to = codeOf(row) === code ? '' : code;
      if (set([[row, to]])) tell(say('marked', 0, nameOf(row), wordOf(to)));
    } else if (button === rest) markRest();
    else if (button === undoing) {
      tell(say('undone', set(lastRest.filter((each) => codeOf(each)).map((each) => [each, '']))));
      undoing.hidden = true;
    } else return;
    event.preventDefault();
  });

  section.addEventListener('change', ({ target }) => {
    const row = target.closest('[data-row]');
    if (row && 'minutes' in target.dataset && target.value) set([[row, data.late, { minutes: +target.value }]]);
  });

  /** Typed codes: Enter marks and goes down, the arrows only go. */
  function move(row, by) {
    const typed = rows[rows.indexOf(row) + by]?.querySelector('[data-typed]');
    typed?.focus();
    typed?.select();
    return !!typed;
  }
  function type(row, input) {
    let code = input.value.trim().toUpperCase();
    if (code === '/' || code === '\\') code = data.present;
    if (code === codeOf(row)) return true;
    if (code && !codes.has(code)) {
      tell(say('noCode', code));
      input.select();
      return false;
    }
    const adult = code === row.dataset.planned && row.dataset.adult ? { adult: +row.dataset.adult } : {};
    if (set([[row, code, adult]])) tell(say('marked', 0, nameOf(row), wordOf(code)));
    else return false;
    return true;
  }
  section.addEventListener('keydown', (event) => {
    const row = event.target.closest('[data-row]');
    if (!row || !('typed' in event.target.dataset)) return;
    if (event.key === 'Enter') {
      if (type(row, event.target) && !move(row, 1)) rest.focus();
    } else if (event.key === 'ArrowDown') move(row, 1);
    else if (event.key === 'ArrowUp') move(row, -1);
    else if (event.key === 'Escape') event.target.value = codeOf(row);
    else return;
    event.preventDefault();
  });
  section.addEventListener('focusout', ({ target }) => {
    const row = target.closest?.('[data-row]');
    if (row && 'typed' in target.dataset) target.value = codeOf(row);
  });

  savedLine(document.querySelector('[data-saved]'), box, {
    named: (item) => (mine(item) && find(item) ? `${nameOf(find(item))}: ${wordOf(item.value.code)}` : ''),
    letGo: (item) => {
      const row = mine(item) && find(item);
      if (!row) return;
      row.classList.remove('bad');
      show(row, before.get(item.target.pupil) ?? '');
      before.delete(item.target.pupil);
      latest.delete(item.target.pupil);
      count();
    },
  });

  await box.ready;
  const savedCopy = document.documentElement.hasAttribute('data-saved-copy');
  for (const item of [...box.items.values()].sort((a, b) => a.seq - b.seq)) {
    // What was sent before this page was written is in it already.
    if (mine(item) && (item.state !== 'sent' || savedCopy || item.sentAt > performance.timeOrigin)) settled(item);
  }
  box.listen(({ added = [], settled: answered = [] }) => {
    for (const item of [...added, ...answered]) if (mine(item)) settled(item);
  });
  for (const row of rows) row.querySelector('.minutes').hidden = codeOf(row) !== data.late;
  tick();
  setInterval(tick, 10000);
  count();
  section.setAttribute('data-ready', '');
}
