import type { Clock, Disposer } from '../../lib/clock.ts';

/** An appliance behind a relay, and the counter of what it used: as in the real thing, it begins anew after a reboot. */
export class Load {
  readonly #clock: Clock;
  #watts: number;
  #on: boolean;
  #wattHours = 0;
  #started: number;
  #counted: number;
  #flip: Disposer = () => undefined;

  constructor(clock: Clock, watts: number, on = true) {
    this.#clock = clock;
    this.#watts = watts;
    this.#on = on;
    this.#started = clock.monotonic();
    this.#counted = this.#started;
  }

  get on(): boolean {
    return this.#on;
  }

  set on(on: boolean) {
    this.#flip();
    this.#count();
    this.#on = on;
  }

  /** Goes on for so many seconds, unless it is switched before. */
  onFor(seconds: number, gone: () => void = () => undefined): void {
    this.on = true;
    this.#flip = this.#clock.after(seconds * 1000, () => {
      this.on = false;
      gone();
    });
  }

  /** What flows now. */
  get watts(): number {
    return this.#on ? this.#watts : 0;
  }

  set watts(watts: number) {
    this.#count();
    this.#watts = watts;
  }

  get wattHours(): number {
    this.#count();
    return this.#wattHours;
  }

  set wattHours(wattHours: number) {
    this.#count();
    this.#wattHours = wattHours;
  }

  /** Whole seconds since it started. */
  get uptime(): number {
    return Math.floor((this.#clock.monotonic() - this.#started) / 1000);
  }

  /** Power was gone for a moment: the counter is at zero and the relay in its start state. */
  reboot(on = false): void {
    this.#flip();
    this.#started = this.#clock.monotonic();
    this.#counted = this.#started;
    this.#wattHours = 0;
    this.#on = on;
  }

  #count(): void {
    const now = this.#clock.monotonic();
    this.#wattHours += (this.watts * (now - this.#counted)) / 3_600_000;
    this.#counted = now;
  }
}
