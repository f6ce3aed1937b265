import { SLOT_S } from './prices.ts';

/** A stretch in which a device really ran, Unix seconds. */
export type Stretch = readonly [from: number, to: number];

/** What a device really did, seen at the device itself. */
export class Watch {
  readonly stretches: [number, number][] = [];
  #since: number | null = null;

  /** What it does from now on. */
  see(isOn: boolean, now: number): void {
    if (isOn && this.#since === null) this.#since = now;
    if (isOn || this.#since === null) return;
    if (now > this.#since) this.stretches.push([this.#since, now]);
    this.#since = null;
  }

  /** Seconds it ran in [from, to). */
  ran(from: number, to: number): number {
    return this.within(from, to).reduce((sum, [start, end]) => sum + end - start, 0);
  }

  /** How often it was started in [from, to). */
  starts(from: number, to: number): number {
    const open = this.#since !== null && this.#since >= from && this.#since < to ? 1 : 0;
    return open + this.stretches.filter(([start]) => start >= from && start < to).length;
  }

  within(from: number, to: number): Stretch[] {
    const all: Stretch[] = this.#since === null ? this.stretches : [...this.stretches, [this.#since, to]];
    return all.flatMap(([start, end]): Stretch[] =>
      end > from && start < to ? [[Math.max(start, from), Math.min(end, to)]] : [],
    );
  }
}

/** What running then cost at 1 kW, pounds. */
export function costOfRunning(stretches: readonly Stretch[], pounds: (time: number) => number): number {
  let cost = 0;
  for (const [from, to] of stretches)
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / SLOT_S) + 1) * SLOT_S);
      cost += (pounds(at) * (end - at)) / 3600;
      at = end;
    }
  return cost;
}
