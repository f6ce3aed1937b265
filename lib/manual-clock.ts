import type { Clock, Disposer } from './clock.ts';

interface Timer {
  due: number;
  every: number | null;
  tick: () => void;
}

/** A clock that stands still until `advance` moves it; timers fire in order of their due time. */
export class ManualClock implements Clock {
  #now: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  seconds(): number {
    return Math.floor(this.#now / 1000);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, tick: () => void): Disposer {
    return this.#add({ due: this.#monotonic + ms, every: null, tick });
  }

  every(ms: number, tick: () => void): Disposer {
    return this.#add({ due: this.#monotonic + ms, every: ms, tick });
  }

  /** Moves wall and monotonic time forward and fires what falls due on the way. */
  advance(ms: number): void {
    const end = this.#monotonic + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#to(next.due);
      if (next.every === null) this.#timers.delete(next);
      else next.due += next.every;
      next.tick();
    }
    this.#to(end);
  }

  /** Milliseconds until the next timer fires; null: none is set. */
  untilNext(): number | null {
    const next = this.#next(Number.POSITIVE_INFINITY);
    return next ? next.due - this.#monotonic : null;
  }

  /** Steps the wall clock alone, as a set clock or a daylight-saving mistake does. */
  set(ms: number): void {
    this.#now = ms;
  }

  #add(timer: Timer): Disposer {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (timer.due <= end && (!first || timer.due < first.due)) first = timer;
    return first;
  }

  #to(monotonic: number): void {
    this.#now += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}
