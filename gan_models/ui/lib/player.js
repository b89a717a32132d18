// A button that plays and pauses.

export class Player {
  /**
   * @param {any} button says Play or Pause
   * @param {(milliseconds: number) => void} step draws the moment so long after the start
   * @param {() => number} from the moment to start at
   */
  constructor(button, step, from = () => 0) {
    this.button = button;
    this.from = from;
    this.step = step;
    this.frame = 0;
    button.addEventListener("click", () => (this.playing ? this.stop() : this.play()));
  }
  get playing() {
    return this.frame !== 0;
  }
  /** Play until stopped or until the button has left the page. */
  play() {
    if (this.playing) return;
    this.button.textContent = "Pause";
    const began = performance.now() - this.from();
    const turn = (now) => {
      if (!this.button.isConnected) return;
      this.step(Math.max(0, now - began));
      this.frame = requestAnimationFrame(turn);
    };
    this.frame = requestAnimationFrame(turn);
  }
  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.button.textContent = "Play";
  }
}

/** There and back again: from 0 to 1 and to 0, each way taking `period` milliseconds. */
export function swing(milliseconds, period) {
  const turn = (milliseconds / period) % 2;
  return turn < 1 ? turn : 2 - turn;
}
