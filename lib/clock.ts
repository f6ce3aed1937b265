/** Stops what it stands for. Calling it twice does nothing. */
export type Disposer = () => void;

/** The only source of time in the hub. Tests pass a clock they move by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Wall clock, whole seconds since 1970. */
  seconds(): number;
  /** Milliseconds that only ever grow, for durations. */
  monotonic(): number;
  /** Calls `tick` once after `ms`. Never keeps the process alive. */
  after(ms: number, tick: () => void): Disposer;
  /** Calls `tick` every `ms`. Never keeps the process alive. */
  every(ms: number, tick: () => void): Disposer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  seconds: () => Math.floor(Date.now() / 1000),
  monotonic: () => performance.now(),
  after(ms, tick) {
    const timer = setTimeout(tick, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(ms, tick) {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** Resolves after `ms` on the given clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
