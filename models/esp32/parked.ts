import type { Entry } from './telemetry.ts';

/** An entry that waits, and when it arrived. */
export interface ParkedEntry {
  readonly entry: Entry;
  readonly received: number;
}

const MOST_DEVICES = 50;
const MOST_ENTRIES = 360;

/**
 * Readings of sensors nobody has decided about, per household: so many of the newest of each, and of so many sensors. A hub that
 * stops forgets them.
 */
export class Parked {
  readonly #households = new Map<number, Map<string, ParkedEntry[]>>();

  /** False where there is no room for another sensor. */
  keep(account: number, entries: readonly Entry[], received: number): boolean {
    const [first] = entries;
    if (!first) return true;
    const sensors = this.#households.get(account) ?? new Map<string, ParkedEntry[]>();
    const kept = sensors.get(first.identity);
    if (!kept && sensors.size >= MOST_DEVICES) return false;
    const all = [...(kept ?? []), ...entries.map((entry) => ({ entry, received }))].slice(-MOST_ENTRIES);
    sensors.set(first.identity, all);
    this.#households.set(account, sensors);
    return true;
  }

  /** What is kept of a sensor, which then is no more. */
  take(account: number, identity: string): ParkedEntry[] {
    const sensors = this.#households.get(account);
    const entries = sensors?.get(identity) ?? [];
    sensors?.delete(identity);
    return entries;
  }
}
