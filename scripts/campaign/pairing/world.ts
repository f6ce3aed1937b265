import { HubError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/log.ts';
import { ManualClock } from '../../../lib/manual-clock.ts';
import type { Random } from '../../../lib/random.ts';
import type { HubEvent } from '../../../models/events.ts';
import { LoginModel } from '../../../models/login.ts';
import { Admission } from '../../../models/pairing/admission.ts';
import { Blocks } from '../../../models/pairing/blocks.ts';
import { PAIRING } from '../../../models/pairing/limits.ts';
import { PairingModel } from '../../../models/pairing/pairing.ts';
import type { RequestView } from '../../../models/pairing/pairing-state.ts';
import { seeded } from '../chance.ts';
import { MemoryStores } from './memory.ts';

export const HOUSE = 1;

/** How far time moves between two things that happen, in milliseconds. */
const STEPS = [0, 0, 0, 50, 50, 1000, 1000, 5000, 10_000];
const MOST_TURNS = 2000;

const log = createLog('silent');

/**
 * A household, its hub and whoever else is on the network, under one schedule that the seed decides: who goes on next, what is
 * slow, how much time passes. The models are the hub's own; the stores, the network and the clock are here.
 */
export class World {
  readonly clock = new ManualClock();
  readonly chance: () => number;
  readonly random: Random;
  readonly stores = new MemoryStores();
  readonly problems: string[] = [];
  /** The network's true table: address → card. */
  readonly cards = new Map<string, string>();
  /** Whose request each is, as nobody in the world knows it. */
  readonly askedBy = new Map<string, string>();
  /** What the open pages were told. */
  readonly told: HubEvent[] = [];
  /** What each device's display shows. */
  readonly displays = new Map<string, string | null>();
  /** Those a person let in. */
  readonly allowed = new Set<string>();
  /** Who holds which login. */
  readonly holders = new Map<string, { readonly actor: string; readonly secret: string }>();
  pairing!: PairingModel;
  logins!: LoginModel;
  readonly #ready: (() => void)[] = [];
  #actors = 0;

  constructor(seed: number) {
    const chance = seeded(seed);
    this.chance = chance;
    const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(chance() * 256)));
    this.random = {
      bytes,
      hex: (length) => bytes(length).toString('hex'),
      uuid: () => bytes(16).toString('hex'),
      fraction: chance,
    };
  }

  /** Starts the hub, or starts it again: what was in its memory is gone. */
  async boot(): Promise<void> {
    const { clock, random, stores } = this;
    this.pairing?.stop();
    const logins: LoginModel = new LoginModel({
      store: stores.loginStore,
      clock,
      random,
      log,
      nodes: { claim: (account, device, node) => admission.claim(account, device, node) },
      timezone: () => 'UTC',
    });
    const admission = new Admission({
      devices: stores.devices,
      inputs: { list: () => [] },
      logins: () => logins,
      setUp: async () => undefined,
      clock,
      random,
      log,
    });
    const blocks = new Blocks(stores.blockStore);
    await Promise.all([logins.load(), blocks.load()]);
    this.logins = logins;
    this.pairing = new PairingModel({
      clock,
      random,
      log,
      neighbours: { mac: (address) => this.#slowly(this.cards.get(address) ?? null) },
      admission: {
        admit: async (account, asker) => {
          await this.turn();
          const admitted = await admission.admit(account, asker);
          await this.turn();
          return admitted;
        },
        withdraw: (account, login) => admission.withdraw(account, login),
      },
      blocks,
      audit: { note: () => undefined },
      events: {
        emit: (_account, event) => {
          this.told.push(event);
          this.#look();
        },
      },
      hub: () => ({ fingerprint: 'AB:CD', mqttPort: 1883, mqttsPort: 8883 }),
    });
  }

  /** Adds somebody who acts until he has nothing more to do; resolves then. */
  act(actor: () => Promise<void>): Promise<void> {
    this.#actors += 1;
    return this.turn()
      .then(actor)
      .catch((error: unknown) => {
        if (!(error instanceof HubError)) this.problems.push(`broke: ${(error as Error).stack}`);
      })
      .finally(() => {
        this.#actors -= 1;
      });
  }

  /** Lets everybody else go first, perhaps. */
  turn(): Promise<void> {
    return new Promise((resolve) => this.#ready.push(resolve));
  }

  /** Lets whoever has waited longest go on. */
  async step(): Promise<void> {
    await settle();
    this.#ready.shift()?.();
  }

  /** Runs until nobody has anything to do. */
  async run(): Promise<void> {
    for (let turns = 0; turns < MOST_TURNS; turns += 1) {
      await settle();
      if (this.#ready.length === 0) {
        // whoever is left waits for the time to pass
        this.clock.advance(PAIRING.holdMs);
        await settle();
        if (this.#ready.length === 0) break;
      }
      const [next] = this.#ready.splice(Math.floor(this.chance() * this.#ready.length), 1);
      this.clock.advance(this.pick(STEPS));
      next?.();
    }
    await settle();
    if (this.#actors > 0 && this.#ready.length === 0) this.problems.push('somebody waits for ever');
    this.pairing.stop();
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.chance() * from.length)] as T;
  }

  /** What a person does who lets somebody in: from then on that one may have a login. */
  allow(view: RequestView, actor: string): void {
    this.pairing.allow(HOUSE, view.request, 'Megan');
    this.allowed.add(actor);
  }

  /** Somebody has got a login. */
  received(actor: string, username: string, secret: string): void {
    if (!this.allowed.has(actor)) this.problems.push(`${actor} holds a login and nobody allowed it`);
    const held = this.holders.get(username);
    if (held && held.actor !== actor) this.problems.push(`${actor} holds the login of ${held.actor}`);
    this.holders.set(username, { actor, secret });
  }

  /** Shown requests at no time exceed three, nor are there any while nobody lets devices in. */
  #look(): void {
    const { open, requests } = this.pairing.state(HOUSE);
    const waiting = requests.filter(({ state }) => state === 'waiting');
    if (waiting.length > 3) this.problems.push(`${waiting.length} requests are shown at once`);
    if (!open && waiting.length > 0) this.problems.push('a request is shown while nobody lets devices in');
  }

  async #slowly<T>(value: T): Promise<T> {
    await this.turn();
    return value;
  }
}

/** Everything that can go on without anybody's turn does. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
