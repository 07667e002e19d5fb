/**
 * What scripts say. They hold no sentence of their own: the page brings every one, in the reader's language and the
 * school's words, in `<template data-sentences>` (pages/parts/sentences.html and the like of it in other apps).
 * A sentence with a count has a second form, `data-one`, for exactly one thing.
 */
const told = new Map();
for (const { content } of document.querySelectorAll('template[data-sentences]')) {
  for (const { dataset, textContent } of content.children) told.set(dataset.say, [textContent, dataset.one ?? textContent]);
}

/** The sentence of that name with {0}, {1}… filled in; the first value is the count. */
export function say(name, ...values) {
  const [many, one] = told.get(name) ?? [name, name];
  return (values[0] === 1 ? one : many).replace(/\{(\d)\}/g, (_, place) => values[place]);
}

const zone = document.querySelector('[data-zone]')?.dataset.zone;
const language = document.documentElement.lang || undefined;

/** Hours and minutes on the school's own clock. */
export const clock = (moment) => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(moment);

/** The school's own date at a moment, as 2026-03-04. */
export const dayOf = (moment) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(moment);

/** A date such as 2026-03-04 as it is written over a column: 4 Mar. */
export const shortDay = (day) => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(day));
