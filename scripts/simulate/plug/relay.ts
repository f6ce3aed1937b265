import type { Clock } from '../../../lib/clock.ts';

export type Mode = 'On' | 'Off' | 'Timer';

/** The relay of EmonESP's firmware: what it does with a command, a timer, a press and a reboot. */
export class Relay {
  readonly #clock: Clock;
  #mode: Mode;
  readonly #stored: Mode;
  #timers: readonly [string, string, string, string] = ['0000', '0000', '0000', '0000'];
  /** Without the time a timer is never due. */
  clockSet = true;

  /** `stored` is the mode in its memory, to which a reboot returns. */
  constructor(clock: Clock, stored: Mode = 'Off') {
    this.#clock = clock;
    this.#mode = stored;
    this.#stored = stored;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get isOn(): boolean {
    if (this.#mode !== 'Timer') return this.#mode === 'On';
    if (!this.clockSet) return false;
    const [start1, stop1, start2, stop2] = this.#timers;
    const now = new Date(this.#clock.now()).toISOString().slice(11, 16).replace(':', '');
    return within(now, start1, stop1) || within(now, start2, stop2);
  }

  /** Whatever is no mode is Off, words in small letters included. */
  command(word: string): void {
    this.#mode = MODES[word] ?? 'Off';
  }

  /** `HHMM HHMM` sets the first timer, twice that both; anything of another length is ignored. */
  setTimers(text: string): void {
    const [a = '', b = '', c = '', d = ''] = text.split(' ');
    if (text.length === 9) this.#timers = [a, b, this.#timers[2], this.#timers[3]];
    if (text.length === 19) this.#timers = [a, b, c, d];
  }

  /** A press goes from on to off and back, never to Timer. */
  press(): Mode {
    this.#mode = this.#mode === 'On' ? 'Off' : 'On';
    return this.#mode;
  }

  /** None of what came over MQTT was stored. */
  reboot(): void {
    this.#mode = this.#stored;
    this.#timers = ['0000', '0000', '0000', '0000'];
  }
}

const MODES: Readonly<Record<string, Mode>> = {
  '0': 'Off',
  '1': 'On',
  '2': 'Timer',
  Off: 'Off',
  On: 'On',
  Timer: 'Timer',
};

function within(now: string, start: string, stop: string): boolean {
  if (start === stop) return false;
  return start < stop ? now >= start && now < stop : now >= start || now < stop;
}
