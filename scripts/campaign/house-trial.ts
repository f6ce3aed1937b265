import { systemClock } from '../../lib/clock.ts';
import { endStores, type HubProcess, startHubProcess } from './hub-process.ts';
import { EmoncmsClient, isAcknowledged } from './kill/emoncms.ts';
import { readFeedFile } from './kill/feed-file.ts';
import { type House, makeHouse } from './kill/house.ts';
import { INTERVAL, Ledger, type Node, START, sentValue, timeOf } from './kill/ledger.ts';
import { Load } from './kill/load.ts';

const STOP_MS = 5000;
const DOORS = ['mqtt', 'post', 'bulk'] as const;
type Door = (typeof DOORS)[number];

/** What `/readyz` says. */
export interface Readiness {
  readonly code: number;
  readonly stores: Readonly<Record<string, string>>;
}

/** A hub in a process of its own, a house of a hundred feeds that reports to it, and what it acknowledged. */
export class HouseTrial {
  readonly problems: string[] = [];
  readonly ledger = new Ledger();
  readonly hub: HubProcess;
  readonly #house: House;
  readonly #http: string;
  readonly #mqtt: string;
  #load: Load;

  private constructor(hub: HubProcess, addresses: { http: string; mqtt: string; mqtts: string }, house: House) {
    this.hub = hub;
    this.#house = house;
    this.#http = addresses.http;
    this.#mqtt = addresses.mqtt;
    this.#load = new Load(house, addresses, this.ledger);
    this.#load.start();
  }

  /** `launched`: a hub that was started already. */
  static async start(
    storage: string,
    env: Readonly<Record<string, string>> = {},
    launched = startHubProcess(storage, env),
  ): Promise<HouseTrial> {
    try {
      const addresses = await launched.ready;
      return new HouseTrial(launched, addresses, await makeHouse(addresses.http));
    } catch (error) {
      launched.signal('SIGKILL');
      await launched.ended;
      endStores(storage);
      throw error;
    }
  }

  get http(): string {
    return this.#http;
  }

  get mqtt(): string {
    return this.#mqtt;
  }

  get house(): House {
    return this.#house;
  }

  /** Connects the house anew: a broker may have let go of it. */
  async reconnect(): Promise<void> {
    await this.#load.end();
    this.#load = new Load(this.#house, { http: this.#http, mqtt: this.#mqtt, mqtts: '' }, this.ledger);
    this.#load.start();
  }

  /** How many slots were acknowledged so far, by door. */
  acknowledged(): Record<Door, number> {
    const sum = (door: Door) =>
      this.#house.nodes
        .filter((node) => node.door === door)
        .reduce((total, node) => total + this.ledger.acknowledged(node), 0);
    return { mqtt: sum('mqtt'), post: sum('post'), bulk: sum('bulk') };
  }

  /** Waits until every door has acknowledged more; the milliseconds that took, or null when it took longer than `patience`. */
  async goesOn(patience: number): Promise<number | null> {
    const before = this.acknowledged();
    return await within(patience, async () => {
      const now = this.acknowledged();
      return DOORS.every((door) => now[door] > before[door]);
    });
  }

  async readiness(): Promise<Readiness> {
    const answer = await fetch(`${this.#http}/readyz`, { signal: AbortSignal.timeout(5000) });
    const { stores } = (await answer.json()) as { stores: Record<string, string> };
    return { code: answer.status, stores };
  }

  /** The status with which the next reading of a node is answered. */
  async post(): Promise<number> {
    const node = this.#house.nodes.find(({ door }) => door === 'post') as Node;
    const slot = this.ledger.take(node);
    const client = new EmoncmsClient(this.#http, this.#house.key);
    const values = Object.fromEntries(node.inputs.map((name, index) => [name, sentValue(node, index, slot)]));
    const form = { node: node.name, time: String(timeOf(slot)), fulljson: JSON.stringify(values) };
    const { status } = await client.post('/input/post', form);
    client.close();
    return status;
  }

  /** Milliseconds until every store is there again and something new can be made; null when it took longer than `patience`. */
  async recovers(patience: number): Promise<number | null> {
    const client = new EmoncmsClient(this.#http, this.#house.key);
    let made = 0;
    const took = await within(patience, async () => {
      const { stores } = await this.readiness();
      if (Object.values(stores).some((state) => state !== 'ok')) return false;
      made += 1;
      return isAcknowledged(
        await client.post('/input/post', {
          node: `new${made}x${Math.round(systemClock.monotonic())}`,
          fulljson: '{"a":1}',
        }),
      );
    });
    client.close();
    return took;
  }

  /** Stops the hub in order; then every acknowledged reading must be in its file. */
  async finish(storage: string): Promise<void> {
    const started = systemClock.monotonic();
    this.hub.signal('SIGTERM');
    const code = await this.hub.ended;
    const ms = Math.round(systemClock.monotonic() - started);
    if (code !== 0 || ms > STOP_MS) this.problems.push(`SIGTERM: exit code ${code} after ${ms} ms`);
    await this.#load.end();
    for (const node of this.#house.nodes)
      for (const [index, feed] of node.feeds.entries())
        this.problems.push(...this.#compare(storage, node, index, feed));
  }

  async end(storage: string): Promise<void> {
    await this.#load.end();
    this.hub.signal('SIGKILL');
    await this.hub.ended;
    endStores(storage);
  }

  #compare(storage: string, node: Node, index: number, feed: number): string[] {
    try {
      const file = readFeedFile(storage, feed);
      const first = (file.start - START) / INTERVAL;
      return this.ledger.misses(node, index, 0, [...new Array<null>(first).fill(null), ...file.values]);
    } catch (error) {
      return this.ledger.acknowledged(node) === 0 ? [] : [String(error)];
    }
  }
}

/** Milliseconds until the condition holds; null when it did not within `patience`. A condition that throws does not hold. */
export async function within(patience: number, condition: () => Promise<boolean>): Promise<number | null> {
  const started = systemClock.monotonic();
  for (;;) {
    const holds = await condition().catch(() => false);
    const ms = systemClock.monotonic() - started;
    if (holds) return Math.round(ms);
    if (ms > patience) return null;
    await pause(20);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
