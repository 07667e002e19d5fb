/**
 * Sentences for scripts. Each module keeps its own in English; a page in another language carries
 * `data-words` (JSON, same names) on any element, and those win.
 * A sentence given as a pair has one form for exactly one thing and another for every other count.
 */
const told = JSON.parse(document.querySelector('[data-words]')?.dataset.words || '{}');

/** Returns `say(name, first, second…)`: the sentence with {0}, {1}… filled in; the first value is the count. */
export function speaker(english) {
  return (name, ...values) => {
    let text = told[name] ?? english[name];
    if (Array.isArray(text)) text = text[values[0] === 1 ? 0 : 1];
    return text.replace(/\{(\d)\}/g, (_, place) => values[place]);
  };
}

const zone = document.querySelector('[data-zone]')?.dataset.zone;

/** Hours and minutes on the school's own clock. */
export function clock(moment) {
  return new Intl.DateTimeFormat(document.documentElement.lang || 'en-GB', {
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone,
  }).format(moment);
}
