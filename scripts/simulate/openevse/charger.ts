/** What the controller of an OpenEVSE says of itself. */
export const STATE = { ready: 1, charging: 3, sleeping: 254, disabled: 255 } as const;

/** The charger behind the WiFi of either generation: a car that takes what it is given, and a counter. */
export class Charger {
  #enabled = true;
  #amps = 0;
  #pilot = 32;
  wattHours = 0;
  readonly volts = 230;

  get enabled(): boolean {
    return this.#enabled;
  }

  get state(): number {
    if (!this.#enabled) return STATE.sleeping;
    return this.#amps > 0 ? STATE.charging : STATE.ready;
  }

  /** What the car draws now. */
  get amps(): number {
    return this.#enabled ? Math.min(this.#amps, this.#pilot) : 0;
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

  enable(on: boolean): void {
    this.#enabled = on;
  }

  /** One RAPI command of the older firmware; its answer. */
  rapi(command: string, args: string): string {
    if (command === '$FE') this.#enabled = true;
    else if (command === '$FS' || command === '$FD') this.#enabled = false;
    else if (command === '$SC') this.#pilot = Number(args) || this.#pilot;
    else if (command === '$GS') return `$OK ${this.state} 0`;
    else if (command !== '$ST') return '$NK';
    return '$OK';
  }

  /** Time goes by. */
  pass(seconds: number): void {
    this.wattHours += (this.watts * seconds) / 3600;
  }
}
