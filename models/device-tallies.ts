import { sql } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

/** How often a device answered, did not, or answered with figures it does not trust. */
export interface Tally {
  ok: number;
  failed: number;
  invalid: number;
}

export type Outcome = keyof Tally;

export interface TalliesDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Counts how each asking of each device went, by the hour. What was counted since the last `flush` is in memory alone, so a crash
 * loses up to that; nothing is ever counted twice.
 */
export class DeviceTallies {
  readonly #deps: TalliesDeps;
  #waiting = new Map<string, Tally & { readonly device: number; readonly hour: number }>();

  constructor(deps: TalliesDeps) {
    this.#deps = deps;
  }

  count(device: number, outcome: Outcome): void {
    const hour = Math.floor(this.#deps.clock.seconds() / HOUR_S);
    const key = `${device} ${hour}`;
    const tally = this.#waiting.get(key) ?? { device, hour, ok: 0, failed: 0, invalid: 0 };
    tally[outcome] += 1;
    this.#waiting.set(key, tally);
  }

  /** Brings what waits to MySQL. Where that fails it goes on waiting. */
  async flush(): Promise<void> {
    const rows = [...this.#waiting.values()];
    if (rows.length === 0) return;
    this.#waiting = new Map();
    const more = (name: Outcome) => sql<number>`${sql.ref(name)} + VALUES(${sql.ref(name)})`;
    const insert = this.#deps.db.insertInto('device_tallies').values(rows);
    try {
      const update = { ok: more('ok'), failed: more('failed'), invalid: more('invalid') };
      await stored(() => insert.onDuplicateKeyUpdate(update).execute());
    } catch (error) {
      for (const row of rows) this.#again(row);
      throw error;
    }
  }

  /** What the hours that begin from `from` to before `to` hold, by device. */
  async between(devices: readonly number[], from: number, to: number): Promise<Map<number, Tally>> {
    const sums = new Map<number, Tally>();
    if (devices.length === 0) return sums;
    const [first, end] = [from, to].map((time) => Math.ceil(time / HOUR_S)) as [number, number];
    const query = this.#deps.db
      .selectFrom('device_tallies')
      .selectAll()
      .where('device', 'in', [...devices]);
    const kept = await stored(() => query.where('hour', '>=', first).where('hour', '<', end).execute());
    const waiting = [...this.#waiting.values()].filter(
      ({ device, hour }) => devices.includes(device) && hour >= first && hour < end,
    );
    for (const { device, ok, failed, invalid } of [...kept, ...waiting]) {
      const sum = sums.get(device) ?? { ok: 0, failed: 0, invalid: 0 };
      sums.set(device, { ok: sum.ok + ok, failed: sum.failed + failed, invalid: sum.invalid + invalid });
    }
    return sums;
  }

  #again(row: Tally & { readonly device: number; readonly hour: number }): void {
    const key = `${row.device} ${row.hour}`;
    const since = this.#waiting.get(key) ?? { ok: 0, failed: 0, invalid: 0 };
    const sum = { ok: row.ok + since.ok, failed: row.failed + since.failed, invalid: row.invalid + since.invalid };
    this.#waiting.set(key, { ...row, ...sum });
  }
}

const HOUR_S = 3600;
