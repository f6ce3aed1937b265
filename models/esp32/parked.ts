import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { KeyedMutex } from '../../lib/mutex.ts';
import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import type { Entry } from './telemetry.ts';

/** What one post held of a sensor. */
export interface Batch {
  readonly id: number;
  /** Unix seconds at which it arrived. */
  readonly received: number;
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

/** A sensor that waits for a person. */
export interface ParkedSensor {
  readonly account: number;
  readonly identity: string;
  /** It introduced itself without a key. */
  readonly keyless: boolean;
  /** The oldest first. */
  readonly batches: readonly Batch[];
}

type Known = Pick<ParkedSensor, 'account' | 'identity' | 'keyless'>;

const MOST_DEVICES = 50;
const MOST_ENTRIES = 360;
const MOST_BYTES = 256 * 1024;
/** A sensor that fell silent so long ago makes room. */
const KEPT_SECONDS = 30 * 86_400;

/**
 * Readings of sensors nobody has decided about, per household: so many of the newest of each, and of so many sensors. In MySQL
 * before `keep` resolves, so that what was acknowledged outlives the hub, and in memory.
 */
export class Parked {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #sensors = new Map<string, ParkedSensor>();
  readonly #keeping = new KeyedMutex<number>();

  constructor({ db, clock }: { db: Database; clock: Clock }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Reads what an earlier run of the hub kept. What cannot be read counts as lost and stops nothing. */
  async load(): Promise<void> {
    const rows = await stored(() => this.#db.selectFrom('parked_readings').selectAll().orderBy('id').execute());
    this.#sensors.clear();
    for (const { id, account, identity, keyless, received, entries: text } of rows) {
      const entries = entriesOf(text);
      if (entries)
        this.#put({ account, identity, keyless: keyless === 1 }, { id, received, entries, bytes: text.length });
    }
    await this.#dropSilent();
  }

  all(): ParkedSensor[] {
    return [...this.#sensors.values()];
  }

  find(account: number, identity: string): ParkedSensor | undefined {
    return this.#sensors.get(keyOf(account, identity));
  }

  /** Resolves once it will not be lost; false where there is no room for another sensor. Throws HUB_STORAGE. */
  keep(sensor: Known, said: readonly Entry[], received: number): Promise<boolean> {
    return this.#keeping.run(sensor.account, () => this.#keep(sensor, said, received));
  }

  async #keep(sensor: Known, said: readonly Entry[], received: number): Promise<boolean> {
    const { account, identity, keyless } = sensor;
    if (!this.find(account, identity) && !(await this.#hasRoom(account))) return false;
    const entries = said.slice(-MOST_ENTRIES);
    const text = JSON.stringify(entries);
    const row = { account, identity, keyless: keyless ? 1 : 0, received, entries: text };
    const { insertId = 0n } = await stored(() =>
      this.#db.insertInto('parked_readings').values(row).executeTakeFirstOrThrow(),
    );
    this.#put(sensor, { id: Number(insertId), received, entries, bytes: text.length });
    await this.#trim(account, identity);
    return true;
  }

  /** These are recorded, or nobody wants them. */
  async drop(account: number, identity: string, ids: readonly number[]): Promise<void> {
    const sensor = this.find(account, identity);
    if (!sensor || ids.length === 0) return;
    await stored(() => this.#db.deleteFrom('parked_readings').where('id', 'in', ids).execute());
    const batches = sensor.batches.filter(({ id }) => !ids.includes(id));
    if (batches.length > 0) this.#sensors.set(keyOf(account, identity), { ...sensor, batches });
    else this.#sensors.delete(keyOf(account, identity));
  }

  #put(sensor: Known, batch: Batch): void {
    const key = keyOf(sensor.account, sensor.identity);
    this.#sensors.set(key, { ...sensor, batches: [...(this.#sensors.get(key)?.batches ?? []), batch] });
  }

  /** Keeps of the newest as many as may be, and always the last post. */
  async #trim(account: number, identity: string): Promise<void> {
    const batches = this.find(account, identity)?.batches ?? [];
    let [entries, bytes] = [0, 0];
    const over = [...batches].reverse().filter((batch, place) => {
      entries += batch.entries.length;
      bytes += batch.bytes;
      return place > 0 && (entries > MOST_ENTRIES || bytes > MOST_BYTES);
    });
    const ids = over.map(({ id }) => id);
    await this.drop(account, identity, ids);
  }

  async #hasRoom(account: number): Promise<boolean> {
    const count = () => this.all().filter((sensor) => sensor.account === account).length;
    if (count() >= MOST_DEVICES) await this.#dropSilent();
    return count() < MOST_DEVICES;
  }

  async #dropSilent(): Promise<void> {
    const oldest = this.#clock.seconds() - KEPT_SECONDS;
    for (const { account, identity, batches } of this.all()) {
      const ids = batches.map(({ id }) => id);
      if ((batches.at(-1)?.received ?? 0) < oldest) await this.drop(account, identity, ids);
    }
  }
}

function keyOf(account: number, identity: string): string {
  return `${account}/${identity}`;
}

const STAMP = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('uptime'), seconds: z.number() }),
  z.object({ kind: z.literal('time'), time: z.number() }),
  z.object({ kind: z.literal('none') }),
]);
const ENTRIES = z.array(
  z.object({
    index: z.number(),
    identity: z.string(),
    stamp: STAMP,
    values: z.record(z.string(), z.number()),
    print: z.string(),
  }),
);

function entriesOf(text: string): Entry[] | undefined {
  try {
    return ENTRIES.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
