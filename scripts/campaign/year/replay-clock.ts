import type { Clock, Disposer } from '../../../lib/clock.ts';

interface Timer {
  due: number;
  readonly every: number | null;
  readonly tick: () => void;
}

/** What the hub does every few seconds is done once a minute here: a year of seconds is long, and nothing it plans hangs on them. */
const SHORTEST_MS = 60_000;

/** Time of a replay, in whole milliseconds: it stands still while anything is under way, and goes on from one moment at which something is due to the next. */
export class ReplayClock implements Clock {
  #now: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(startMs: number) {
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
    return this.#add({ due: this.#monotonic + Math.max(0, Math.ceil(ms)), every: null, tick });
  }

  every(ms: number, tick: () => void): Disposer {
    const every = Math.max(SHORTEST_MS, Math.ceil(ms));
    return this.#add({ due: this.#monotonic + every, every, tick });
  }

  /** Goes on to the next moment at which anything is due, `ms` from now at the latest, and does it. */
  step(ms: number): void {
    let next = this.#monotonic + Math.ceil(ms);
    for (const { due } of this.#timers) if (due < next) next = due;
    this.#now += next - this.#monotonic;
    this.#monotonic = next;
    for (const timer of [...this.#timers]) {
      if (timer.due > next || !this.#timers.has(timer)) continue;
      if (timer.every === null) this.#timers.delete(timer);
      else timer.due += timer.every;
      timer.tick();
    }
  }

  /** The same time as somebody sees it whose wall clock is off by `error` milliseconds. */
  seen(error: () => number): Clock {
    return {
      now: () => this.#now + error(),
      seconds: () => Math.floor((this.#now + error()) / 1000),
      monotonic: () => this.#monotonic,
      after: (ms, tick) => this.after(ms, tick),
      every: (ms, tick) => this.every(ms, tick),
    };
  }

  #add(timer: Timer): Disposer {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
