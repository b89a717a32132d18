// Undo for states that are small and plain: whole copies of them.

import { copy, same } from "./numbers.js";

export class History {
  constructor(most = 100) {
    this.most = most;
    this.past = [];
  }
  get empty() {
    return !this.past.length;
  }
  /** Keep a copy of the state as it is before a change. */
  keep(state) {
    this.past.push(copy(state));
    if (this.past.length > this.most) this.past.shift();
  }
  /** The state before the last change, which is then forgotten; undefined if there is none. */
  back() {
    return this.past.pop();
  }
  /** Forget the last state if nothing came of the change. */
  settle(state) {
    if (!this.empty && same(this.past.at(-1), state)) this.past.pop();
  }
  clear() {
    this.past = [];
  }
}
