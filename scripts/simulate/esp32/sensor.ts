import type { Clock } from '../../../lib/clock.ts';
import type { Random } from '../../../lib/random.ts';

/** A sensor of the ESP32 platform: a MAC, a count of seconds since its start, and whole numbers. */
export class Sensor {
  readonly name: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #kind: 'climate' | 'light';
  #started: number;

  constructor(deps: { clock: Clock; random: Random }, name: string, kind: 'climate' | 'light') {
    this.name = name;
    this.#clock = deps.clock;
    this.#random = deps.random;
    this.#kind = kind;
    this.#started = deps.clock.monotonic();
  }

  /** What it posts now. */
  measure(): Record<string, string | number> {
    const timestamp = Math.floor((this.#clock.monotonic() - this.#started) / 1000);
    if (this.#kind === 'light') return { name: this.name, timestamp, luminance: this.#between(30, 50) };
    return { name: this.name, timestamp, temperature: this.#between(18, 24), humidity: this.#between(40, 60) };
  }

  /** It counts from 0 again. */
  reboot(): void {
    this.#started = this.#clock.monotonic();
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#random.fraction() * (most - least + 1));
  }
}
