/**
 * The scales of a page: which steps a cell can take, and by which key or code. Read from the buttons the server wrote,
 * each inside something with `data-scale`; a page with one scale may leave that out.
 */
import { say } from '../pages/js/outbox-words.js';

const STATES = { absent: 'ab', 'not-taught': 'nt' };

class Scale {
  constructor() {
    this.steps = new Map();
    this.digits = new Map();
    this.codes = new Map();
  }

  /** What its steps are called on keys and in cells: "W (1), D (2)". */
  get keys() { return [...this.steps.values()].map(({ letter, digit }) => (digit ? `${letter} (${digit})` : letter)).join(', '); }
}
const NONE = new Scale();

export class Scales {
  constructor(buttons) {
    this.all = new Map();
    this.steps = new Map();
    for (const button of buttons) {
      const id = button.closest('[data-scale]')?.dataset.scale ?? '';
      const { step, letter, digit } = button.dataset;
      if (!this.all.has(id)) this.all.set(id, new Scale());
      const scale = this.all.get(id);
      scale.steps.set(step, button.dataset);
      this.steps.set(step, button.dataset);
      if (digit) scale.digits.set(digit, step);
      scale.codes.set(letter.toLocaleUpperCase(), step);
    }
  }

  get(id) { return this.all.get(id) ?? this.all.get('') ?? NONE; }
  code(value) { return this.steps.get(value)?.letter ?? STATES[value] ?? ''; }
  /** What a cell shows: the code, and the symbol where the school gave one. */
  face(value) { return this.code(value) + (this.steps.get(value)?.symbol ?? ''); }
  word(value) { return this.steps.get(value)?.word ?? say(value || 'clear'); }

  /**
   * A mark as it is meant: on its own scale the step itself; on another the step of the same code, else of the same
   * digit; undefined where a scale has none. Absent, not taught and clear mean the same on every scale.
   */
  meaning(value) {
    const step = this.steps.get(value);
    if (!step) return () => value;
    return (scale) => (scale.steps.has(value) ? value : scale.codes.get(step.letter.toLocaleUpperCase()) ?? scale.digits.get(step.digit));
  }
}
