/**
 * Who is accounted for, from the set of events: muster/emergency/rules/derive.py in the browser, for when there is no
 * network. Both are run against tests/emergency/cases.json and against random schedules; change both or neither.
 */
export const RANK = ['injured', 'needs-help', 'with-me', 'off-site', 'not-here', 'missing'];
export const HERE = new Set(RANK.slice(0, 3));
const AWAY = new Set(RANK.slice(3, 5));

const inOrder = (a, b) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const several = (values) => new Set(values).size > 1;

/** The events that no other has replaced, in the order they were made, by what they are about. */
function counting(events) {
  const known = new Map();
  for (const event of events) known.set(event.id, event);
  const gone = new Set();
  for (const event of known.values()) for (const other of event.over ?? []) if (other !== event.id) gone.add(other);
  const said = { of: new Map(), heads: new Map(), extras: [] };
  const put = (place, name, event) => (place.has(name) ? place.get(name).push(event) : place.set(name, [event]));
  for (const event of [...known.values()].sort(inOrder)) {
    if (gone.has(event.id)) continue;
    if (event.claim === 'extra') {
      said.extras.push(`extra-${event.id}`);
      put(said.of, `extra-${event.id}`, event);
    } else if (event.claim === 'heads') put(said.heads, event.group ?? '', event);
    else if (RANK.includes(event.claim)) put(said.of, event.who ?? '', event);
  }
  return said;
}

function standing(events = []) {
  if (!events.length) return { state: 'unknown', contradiction: '', accounted: false, here: false, events: [] };
  const claims = events.map((event) => (event.claim === 'extra' ? 'with-me' : event.claim));
  const here = events.filter((event, place) => HERE.has(claims[place]));
  const away = claims.some((claim) => AWAY.has(claim));
  let contradiction = '';
  if (several(here.map((event) => event.by)) && several(here.map((event) => event.place || event.by))) contradiction = 'two-places';
  else if (here.length && away) contradiction = 'here-and-away';
  else if ((here.length || away) && claims.includes('missing')) contradiction = 'here-and-missing';
  const state = RANK.find((claim) => claims.includes(claim));
  return { state, contradiction, accounted: state !== 'missing', here: HERE.has(state), events: events.map((event) => event.id) };
}

function headsOf(counts) {
  const last = new Map(counts.map((event) => [event.by, event]));
  const newest = [...last.values()].sort(inOrder).at(-1);
  return { count: newest.count ?? 0, differs: [...last.values()].some((event) => event.count !== newest.count), event: newest.id };
}

/** The board that follows from the list (`who`, `group`, `expected`) and the set of events, whatever their order. */
export function derive(listed, events) {
  const said = counting(events);
  const people = new Map(listed.map(({ who }) => [who, standing(said.of.get(who))]));
  const extras = new Map(said.extras.map((who) => [who, standing(said.of.get(who))]));
  const expected = listed.filter((person) => person.expected);
  const accounted = expected.filter(({ who }) => people.get(who).accounted).length;
  const everybody = [...people.values(), ...extras.values()];
  const having = (state) => everybody.filter((one) => one.state === state).length;
  return {
    people, extras,
    heads: new Map([...said.heads].map(([group, counts]) => [group, headsOf(counts)])),
    expected: expected.length, accounted, missing: expected.length - accounted,
    help: having('needs-help'), injured: having('injured'),
    extra: extras.size + listed.filter((person) => !person.expected && people.get(person.who).here).length,
    contradictions: everybody.filter((one) => one.contradiction).length,
  };
}
