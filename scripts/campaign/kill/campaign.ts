import { systemClock } from '../../../lib/clock.ts';
import { seeded } from '../chance.ts';
import { endStores, type HubProcess, startHubProcess } from '../hub-process.ts';
import { EmoncmsClient } from './emoncms.ts';
import { readFeedFile } from './feed-file.ts';
import { type House, makeHouse } from './house.ts';
import { INTERVAL, Ledger, type Node, START, timeOf } from './ledger.ts';
import { Load } from './load.ts';

export interface KillOptions {
  /** An empty folder. */
  readonly storage: string;
  readonly seed: number;
  readonly kills: number;
  /** No kill begins after this many milliseconds. */
  readonly budgetMs: number;
  readonly progress?: (kills: number) => void;
}

export interface KillResult {
  readonly kills: number;
  /** Acknowledged readings, and how many of them a second while the hub served. */
  readonly points: number;
  readonly pointsPerSecond: number;
  /** One sentence for each reading that is missing or changed, and for each file that cannot be read. */
  readonly problems: readonly string[];
  /** Milliseconds from the start of each process to its ready line, its stores being up; sorted. */
  readonly serving: readonly number[];
}

const LONGEST_LIFE_MS = 500;
/** One hub in so many is killed while it starts. */
const EARLY = 10;
const LONGEST_START_MS = 400;
const STOP_MS = 5000;

/**
 * Kills the hub again and again at moments the seed chooses, under load by MQTT and HTTP, and compares after each start
 * what it answers, and at the end what lies in its files, with what it had acknowledged.
 */
export async function killAgainAndAgain(options: KillOptions): Promise<KillResult> {
  const campaign = new Campaign(options);
  try {
    return await campaign.run();
  } finally {
    await campaign.end();
  }
}

class Campaign {
  readonly #options: KillOptions;
  readonly #chance: () => number;
  readonly #ledger = new Ledger();
  readonly #problems: string[] = [];
  readonly #serving: number[] = [];
  /** From which slot on each node is compared at the next start. */
  readonly #compared = new Map<Node, number>();
  #hub: HubProcess;
  #kills = 0;
  #loadMs = 0;

  constructor(options: KillOptions) {
    this.#options = options;
    this.#chance = seeded(options.seed);
    this.#hub = startHubProcess(options.storage);
  }

  async run(): Promise<KillResult> {
    const house = await makeHouse((await this.#hub.ready).http);
    const { kills, budgetMs, progress } = this.#options;
    const end = systemClock.monotonic() + budgetMs;
    while (this.#kills < kills && systemClock.monotonic() < end) {
      await this.#live(house);
      this.#kills += 1;
      progress?.(this.#kills);
      await this.#startAgain();
      await this.#compareAnswers(house);
    }
    await this.#stop(house);
    return {
      kills: this.#kills,
      points: this.#ledger.points,
      pointsPerSecond: (this.#ledger.points * 1000) / this.#loadMs,
      problems: this.#problems,
      serving: this.#serving.toSorted((a, b) => a - b),
    };
  }

  async end(): Promise<void> {
    this.#hub.signal('SIGKILL');
    await this.#hub.ended;
    endStores(this.#options.storage);
  }

  /** One life under load, ended by the kill. */
  async #live(house: House): Promise<void> {
    const load = new Load(house, await this.#hub.ready, this.#ledger);
    const started = systemClock.monotonic();
    load.start();
    await pause(this.#chance() * LONGEST_LIFE_MS);
    await this.#kill();
    this.#loadMs += systemClock.monotonic() - started;
    await load.end();
  }

  async #kill(): Promise<void> {
    this.#hub.signal('SIGKILL');
    await this.#hub.ended;
    const damage = this.#hub.stderr().match(/^.*damage found in the series.*$/gm) ?? [];
    this.#problems.push(...damage);
  }

  async #startAgain(): Promise<void> {
    while (this.#chance() < 1 / EARLY && this.#kills < this.#options.kills) {
      this.#hub = startHubProcess(this.#options.storage);
      await pause(this.#chance() * LONGEST_START_MS);
      await this.#kill();
      this.#kills += 1;
    }
    this.#hub = startHubProcess(this.#options.storage);
    this.#serving.push((await this.#hub.ready).ms);
  }

  /** Asks for what has been sent since the last comparison, and some of what was compared before. */
  async #compareAnswers(house: House): Promise<void> {
    const client = new EmoncmsClient((await this.#hub.ready).http, house.key);
    for (const node of house.nodes) {
      const next = this.#ledger.next(node);
      const known = this.#compared.get(node) ?? 0;
      const from = Math.max(0, known - Math.floor(this.#chance() * 50));
      this.#compared.set(node, next);
      if (next === 0) continue;
      const answers = (await client.json('/feed/data.json', {
        ids: node.feeds.join(','),
        start: String(timeOf(from) * 1000),
        end: String(timeOf(next + 1) * 1000),
        interval: String(INTERVAL),
        skipmissing: '0',
      })) as { feedid: number | string; data: [number, number | null][] }[];
      for (const [index, feed] of node.feeds.entries()) {
        const data = answers.find(({ feedid }) => Number(feedid) === feed)?.data ?? [];
        const values: (number | null)[] = [];
        for (const [time, value] of data) values[(time / 1000 - timeOf(from)) / INTERVAL] = value;
        this.#problems.push(...this.#ledger.misses(node, index, from, values));
      }
    }
    client.close();
  }

  /** The last hub ends in order; then every reading must be in its file. */
  async #stop(house: House): Promise<void> {
    const started = systemClock.monotonic();
    this.#hub.signal('SIGTERM');
    const code = await this.#hub.ended;
    const ms = systemClock.monotonic() - started;
    if (code !== 0 || ms > STOP_MS) this.#problems.push(`SIGTERM: exit code ${code} after ${Math.round(ms)} ms`);
    for (const node of house.nodes) {
      if (this.#ledger.acknowledged(node) === 0) this.#problems.push(`${node.name}: nothing was ever acknowledged`);
      for (const [index, feed] of node.feeds.entries()) this.#problems.push(...this.#compareFile(node, index, feed));
    }
  }

  #compareFile(node: Node, index: number, feed: number): string[] {
    try {
      const file = readFeedFile(this.#options.storage, feed);
      const first = (file.start - START) / INTERVAL;
      if (file.interval !== INTERVAL || !Number.isInteger(first) || first < 0)
        return [`feed ${feed}: its .meta is not its own`];
      return this.#ledger.misses(node, index, 0, [...new Array<null>(first).fill(null), ...file.values]);
    } catch (error) {
      // a node that never got a word in has no files to read
      return this.#ledger.next(node) === 0 ? [] : [String(error)];
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
