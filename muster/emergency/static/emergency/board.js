/**
 * Drawing the board: what is wrong on top, what is fine folded away. It is handed all it shows and keeps nothing but
 * which parts stand open and what is being typed.
 */
import { clock, say } from '../pages/js/outbox-words.js';
import { HERE } from './derive.js';

const make = (tag, properties = {}, ...children) => {
  const { data = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data);
  made.append(...children.filter((child) => child !== null && child !== ''));
  return made;
};
const opened = new Map();
const typed = new Map();

const passed = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

const kindWord = (kind) => say(kind === 'hold' ? 'rc-hold-kind' : `rc-${kind}`);
export const beganWords = ({ kind, started }) => say(`rc-began-${kind}`, clock(started));

/** Others that began and nobody on this phone has looked at: loud to the eye, silent, and one press leads there once their list came. */
export const strips = (others, choose) => others.filter(({ seen }) => !seen).map((other) => make('p', { className: 'roll-call-band board-news', data: { mode: other.mode } },
  make('strong', { textContent: say(`rc-${other.mode}`) }), make('span', { textContent: beganWords(other) }),
  choose && other.list !== null ? make('button', { type: 'button', textContent: say('rc-open'), ariaLabel: `${say('rc-open')}: ${beganWords(other)}`, data: { other: other.uuid }, onclick: () => choose(other.uuid) }) : ''));

/** A section that folds, and stays as somebody left it. */
function fold(name, summary, open, fill, onOpen) {
  const details = make('details', { open: opened.get(name) ?? open, data: { fold: name } }, make('summary', {}, ...summary));
  if (details.open) details.append(...fill());
  details.addEventListener('toggle', () => {
    if (opened.get(name) === details.open || (!opened.has(name) && details.open === open)) return;
    opened.set(name, details.open);
    if (details.open && details.childElementCount === 1) details.append(...fill());
    if (details.open) onOpen?.(details);
  });
  return details;
}

export function drawBoard(place, view) {
  const { roll, board, events, others, line } = view;
  const kept = document.activeElement?.closest?.('[data-who], [data-heads], [data-other]');
  const focus = kept && place.contains(kept) ? { who: kept.dataset.who, heads: kept.dataset.heads, other: kept.dataset.other, tag: document.activeElement.dataset.act } : null;
  const order = focus?.who ? [...place.querySelectorAll('[data-who]')].map((row) => row.dataset.who) : [];
  const said = (standing) => standing.events.map((id) => events.get(id));
  const persons = new Map(roll.list.map((person) => [person.who, person]));
  for (const who of board.extras.keys()) persons.set(who, { who, name: events.get(who.slice(6))?.text ?? '', group: '', status: '', expected: false });
  const standing = (who) => board.people.get(who) ?? board.extras.get(who);
  const mine = (people) => people.filter(({ who }) => standing(who).here && said(standing(who)).some((event) => HERE.has(event.claim) && event.by === view.me.uuid));

  const row = (person, { withGroup = false, quick = true } = {}) => {
    const now = standing(person.who);
    const claims = said(now);
    const words = claims.map((event) => `${say(`rc-${event.claim}-claim`)} ${event.name} ${clock(event.at)}${event.place ? `, ${event.place}` : ''}`).join('; ');
    const told = now.contradiction ? `${say(`rc-${now.contradiction}`)}: ${words}` : words || person.status;
    const item = make('li', { data: { who: person.who, state: now.state } },
      make('span', { className: 'who' }, make('b', { textContent: person.name }), withGroup && person.group ? make('small', { textContent: ` ${person.group}` }) : '', told ? make('em', { textContent: told }) : ''));
    if (quick) {
      item.append(make('button', {
        type: 'button', className: 'tick', textContent: say(now.contradiction ? 'rc-settle' : 'rc-with-me'), data: { act: 'tick' },
        onclick: () => view.tick([{ who: person.who, claim: 'with-me', ...(now.contradiction || claims.length ? { over: claims.map((event) => event.id) } : {}) }]),
      }));
    }
    item.append(make('button', { type: 'button', className: 'more', textContent: '…', ariaLabel: say('rc-more', person.name), data: { act: 'more' }, onclick: () => view.more(person, claims) }));
    return item;
  };
  const rows = (people, options) => make('ul', { className: 'people' }, ...people.map((person) => row(person, options)));

  const urgent = [...persons.values()].filter(({ who }) => {
    const now = standing(who);
    return now && (now.state === 'injured' || now.state === 'needs-help' || now.contradiction);
  });
  const extras = [...persons.values()].filter(({ who, expected }) => !expected && standing(who)?.here);
  const groups = new Map();
  for (const person of roll.list) {
    if (!person.expected) continue;
    const name = person.group || say(person.kind === 'staff' ? 'rc-staff' : person.kind === 'visitor' ? 'rc-visitor' : 'rc-nobody');
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(person);
  }
  const away = roll.list.filter((person) => !person.expected && !standing(person.who)?.accounted);
  const done = roll.list.filter((person) => person.expected && standing(person.who).accounted);

  const counts = [['help', board.help], ['injured', board.injured], ['extra', board.extra], ['contradictions', board.contradictions]].filter(([, count]) => count);
  const top = make('div', { className: 'board-top' },
    make('p', { className: 'roll-call-band', data: { mode: roll.mode } }, make('strong', { textContent: say(`rc-${roll.mode}`) }), make('span', { textContent: kindWord(roll.kind) }), make('time', { className: 'number', textContent: passed(view.now - roll.started) })),
    make('h1', { className: 'figure', textContent: board.missing ? say('rc-missing', board.missing) : say('rc-none-missing'), data: { missing: board.missing } }),
    counts.length ? make('p', { className: 'board-counts' }, ...counts.map(([name, count]) => make('span', { className: `count-${name}`, textContent: say(`rc-${name}`, count) }))) : '',
    make('p', { className: 'board-line' }, `${say('rc-first')} `, make('span', { textContent: line, data: { syncLine: '' } }), ...view.signIn),
    ...strips(others, view.choose));
  const parts = [top, threeCounts(board, groups)];
  const seen = others.filter((other) => other.seen);
  if (seen.length) parts.push(make('p', { className: 'board-others' }, `${say('rc-also')}: `, ...seen.map((other) => make('button', { type: 'button', className: 'button quiet', textContent: `${say(`rc-${other.mode}`)}, ${kindWord(other.kind)}`, data: { other: other.uuid }, onclick: () => view.choose(other.uuid) }))));
  if (urgent.length) parts.push(make('section', { className: 'board-now' }, make('h2', { textContent: say('rc-now') }), rows(urgent, { withGroup: true })));
  const inOrder = [...groups].sort(([a], [b]) => Number(view.own.includes(b)) - Number(view.own.includes(a)));
  for (const [name, people] of inOrder) {
    const left = people.filter(({ who }) => !standing(who).accounted);
    if (!left.length) continue;
    const open = view.own.includes(name) || groups.size === 1;
    parts.push(fold(`class ${name}`, [make('b', { textContent: name }), ` ${say('rc-of', left.length, people.length)}`], open,
      () => [guard(name, left, mine(people), view), rows(left)], (details) => details.querySelector('input')?.focus()));
  }
  if (extras.length) parts.push(make('section', {}, make('h2', { textContent: say('rc-extras') }), rows(extras, { withGroup: true, quick: false })));
  if (done.length) parts.push(fold('done', [say('rc-accounted', done.length)], false, () => [rows(done, { withGroup: true, quick: false })]));
  if (away.length) parts.push(fold('away', [say('rc-away', away.length)], false, () => [rows(away, { withGroup: true })]));
  place.replaceChildren(...parts.filter(Boolean));
  if (focus) refocus(place, focus, order);
}

/** Whoever ticked with the keyboard goes on at the next row. */
function refocus(place, focus, order) {
  if (focus.other) return place.querySelector(`[data-other="${CSS.escape(focus.other)}"]`)?.focus();
  if (focus.heads) return place.querySelector(`[data-heads="${CSS.escape(focus.heads)}"] input`)?.focus();
  const at = order.indexOf(focus.who);
  const same = place.querySelector(`[data-who="${CSS.escape(focus.who)}"]`);
  const next = same ?? order.slice(at + 1).map((who) => place.querySelector(`details[open] [data-who="${CSS.escape(who)}"]`)).find(Boolean);
  (next?.querySelector(`[data-act="${focus.tag}"]`) ?? next?.querySelector('button'))?.focus({ preventScroll: true });
}

/** Expected, badges, heads, and above all their difference, over the classes whose heads somebody counted. */
function threeCounts(board, groups) {
  if (!board.heads.size) return null;
  let expected = 0;
  let heads = 0;
  let classes = 0;
  for (const [name, { count }] of board.heads) {
    // Counted by class on a phone that had no room of it yet: its ticks count, its heads fit no list here.
    if (!groups.has(name)) continue;
    expected += groups.get(name).length;
    heads += count;
    classes += 1;
  }
  if (!classes) return null;
  const difference = expected - heads;
  const headline = difference > 0 ? say('rc-difference', difference) : difference < 0 ? say('rc-difference-more', -difference) : say('rc-no-difference');
  return make('p', { className: `board-heads${difference ? ' differs' : ''}` }, make('strong', { textContent: headline }), ` ${say('rc-three', expected, heads)} ${say('rc-in-classes', classes)}`);
}

/**
 * The heads that stand here are those left and `mine`, whom the same adult ticked before. The typed count must equal them
 * before "All with me" lights: no class is stamped without counting heads.
 */
function guard(name, left, mine, view) {
  const heads = left.length + mine.length;
  const field = make('input', { type: 'text', inputMode: 'numeric', pattern: '[0-9]*', maxLength: 4, autocomplete: 'off', value: typed.get(name) ?? '', ariaLabel: `${say('rc-heads')}, ${name}` });
  const button = make('button', { type: 'button', className: 'button', textContent: say('rc-all'), disabled: true, data: { act: 'all' } });
  const told = make('span', { className: 'guard-told' });
  told.setAttribute('role', 'status');
  const judge = () => {
    typed.set(name, field.value);
    const count = /^\d+$/.test(field.value) ? Number(field.value) : null;
    button.disabled = count !== heads;
    told.textContent = count === null || count === heads || field.value.length < String(heads).length ? '' : say(count < heads ? 'rc-guard' : 'rc-guard-more', heads, count);
  };
  field.addEventListener('input', judge);
  field.addEventListener('keydown', (event) => { if (event.key === 'Enter' && !button.disabled) button.click(); });
  button.onclick = () => {
    typed.delete(name);
    view.tick([...left.map(({ who }) => ({ who, claim: 'with-me' })), { claim: 'heads', group: name, count: Number(field.value) }]);
  };
  judge();
  return make('div', { className: 'guard', data: { heads: name } }, make('label', {}, say('rc-heads'), ' ', field), button, told);
}
