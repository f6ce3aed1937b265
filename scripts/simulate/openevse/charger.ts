import type { Clock } from '../../../lib/clock.ts';
import { OwnTimes } from './own-times.ts';

/** What the controller of an OpenEVSE says of itself. */
export const STATE = { ready: 1, charging: 3, sleeping: 254, disabled: 255 } as const;

/** The charger behind the WiFi of either generation: a car that takes what it is given, and a counter. */
export class Charger {
  readonly times: OwnTimes;
  readonly #clock: Clock;
  #order: { readonly ms: number; readonly on: boolean; readonly outranks: boolean } | null = null;
  #amps = 0;
  #pilot = 32;
  wattHours = 0;
  readonly volts = 230;

  constructor(clock: Clock, zone = 'utc') {
    this.#clock = clock;
    this.times = new OwnTimes(zone);
  }

  /** What was ordered last, by whom it listens to or by its own times. */
  get enabled(): boolean {
    const own = this.times.last(this.#clock.now());
    if (!this.#order) return own?.on ?? true;
    return own && !this.#order.outranks && own.ms > this.#order.ms ? own.on : this.#order.on;
  }

  get state(): number {
    if (!this.enabled) return STATE.sleeping;
    return this.#amps > 0 ? STATE.charging : STATE.ready;
  }

  /** What the car draws now. */
  get amps(): number {
    return this.enabled ? Math.min(this.#amps, this.#pilot) : 0;
  }

  get watts(): number {
    return this.amps * this.volts;
  }

  get pilot(): number {
    return this.#pilot;
  }

  /** What the car would draw. */
  draw(amps: number): void {
    this.#amps = amps;
  }

  /** One that outranks its own times holds until it is taken back. */
  enable(on: boolean, outranks = false): void {
    this.#order = { ms: this.#clock.now(), on, outranks };
  }

  /** It goes by its own times. */
  release(): void {
    this.#order = null;
  }

  /** One RAPI command of the older firmware; its answer. */
  rapi(command: string, args: string): string {
    if (command === '$FE') this.enable(true);
    else if (command === '$FS' || command === '$FD') this.enable(false);
    else if (command === '$ST') this.times.setTimer(args);
    else if (command === '$SC') this.#pilot = Number(args) || this.#pilot;
    else if (command === '$GS') return `$OK ${this.state} 0`;
    else return '$NK';
    return '$OK';
  }

  /** Time goes by. */
  pass(seconds: number): void {
    this.wattHours += (this.watts * seconds) / 3600;
  }
}
