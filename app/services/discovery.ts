import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { type Announcement, announcements } from '../../models/drivers/announcements.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import type { Driver, Found, FoundService, Ports } from '../../models/drivers/driver.ts';
import { klap } from '../../models/drivers/klap.ts';
import type { InboxModel } from '../../models/inbox.ts';
import type { Broadcast } from '../connections/broadcast.ts';
import type { Browse } from '../connections/mdns-browse.ts';
import type { Service } from './service.ts';

export interface DiscoveryDeps {
  inbox: Pick<InboxModel, 'seen'>;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  broadcast: Broadcast;
  browse: Browse;
  clock: Clock;
  log: Log;
}

/** Who looks, and until when (monotonic). */
type Looking = Map<number, number>;

/**
 * Looks for devices when a person asks for it: by broadcast, by multicast DNS, and by asking what was found there who it is.
 * Otherwise nothing of the hub's goes out. Devices that announce themselves on a household's broker are noticed at any time.
 */
export class Discovery implements Service {
  readonly name = 'discovery';
  readonly #deps: DiscoveryDeps;
  readonly #looking: Looking = new Map();
  readonly #lookedByItself = new Map<number, number>();
  /** Addresses that are being asked who they are. */
  readonly #asking = new Set<string>();
  readonly #announcements: (topic: string) => readonly Announcement[];
  #left = 0;
  #ends: Disposer[] = [];

  constructor(deps: DiscoveryDeps) {
    this.#deps = deps;
    this.#announcements = announcements(deps.drivers.values());
  }

  start(): void {}

  stop(): void {
    this.#looking.clear();
    this.#end();
  }

  /** Looks on behalf of a household for some minutes from now on. */
  look(account: number, minutes: number): void {
    const until = this.#deps.clock.monotonic() + Math.min(Math.max(minutes, 0), MOST_MINUTES) * 60_000;
    this.#looking.set(account, Math.max(until, this.#looking.get(account) ?? 0));
    if (this.#ends.length === 0) this.#begin();
    else this.#again();
  }

  /** How many seconds the household's search goes on; 0 where nobody looks. */
  remaining(account: number): number {
    const until = this.#looking.get(account) ?? 0;
    return Math.max(0, Math.ceil((until - this.#deps.clock.monotonic()) / 1000));
  }

  /** Takes a message on the household's broker that may be an announcement. */
  async announced(account: number, topic: string, payload: Buffer): Promise<void> {
    if (payload.length === 0 || payload.length > LONGEST_ANNOUNCEMENT) return;
    for (const { driver, fromMqtt } of this.#announcements(topic)) {
      const found = this.#understood(driver, () => fromMqtt(topic, payload));
      if (!found) continue;
      await this.#deps.inbox.seen(account, found);
      if (found.address === null && driver.read) this.#lookByItself(account);
    }
  }

  /** A polled device that does not say where it is: the network may tell. */
  #lookByItself(account: number): void {
    const now = this.#deps.clock.monotonic();
    if (now - (this.#lookedByItself.get(account) ?? Number.NEGATIVE_INFINITY) < BY_ITSELF_MS) return;
    this.#lookedByItself.set(account, now);
    this.look(account, 1);
  }

  #begin(): void {
    const { drivers, broadcast, browse, clock } = this.#deps;
    this.#refill();
    const types = new Set([...drivers.values()].flatMap(({ discover }) => discover?.mdns ?? []));
    const own = [...drivers.values()].flatMap((driver) =>
      driver.discover?.udp ? [{ driver, udp: driver.discover.udp }] : [],
    );
    const probes = [
      ...own,
      ...[...drivers.values()].filter(({ family }) => family === 'kasa').map((driver) => ({ driver, udp: klap })),
    ];
    const calls = probes.map(({ driver, udp }) =>
      broadcast(udp.port, udp.probe, (answer, from) => {
        if (this.#mayTake()) this.#seen(this.#understood(driver, () => udp.found(answer, from)));
      }),
    );
    this.#again = () => {
      for (const call of calls) call.send();
    };
    this.#ends = [
      ...calls.map(({ close }) => close),
      browse([...types], (service) => void this.#service(service)),
      clock.every(PROBE_MS, () => this.#again()),
      clock.every(1000, () => this.#tick()),
    ];
  }

  #again: () => void = () => undefined;

  /** Nothing is asked any more once nobody looks. */
  #tick(): void {
    this.#refill();
    for (const account of [...this.#looking.keys()]) if (this.remaining(account) === 0) this.#looking.delete(account);
    if (this.#looking.size === 0) this.#end();
  }

  #end(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#asking.clear();
  }

  /** A service was announced. Who is there says the device itself: an announcement may be old, or another's. */
  async #service(service: FoundService): Promise<void> {
    if (!this.#mayTake()) return;
    for (const driver of this.#deps.drivers.values()) {
      const { mdns = [], fromMdns } = driver.discover ?? {};
      if (!fromMdns || !mdns.includes(service.type)) continue;
      const told = this.#understood(driver, () => fromMdns(service));
      if (told) this.#seen(await this.#identified(driver, told));
    }
  }

  async #identified(driver: Driver, told: Found): Promise<Found | null> {
    const { ports, log } = this.#deps;
    const { address } = told;
    if (!driver.identify || address === null) return told.identity === '' ? null : told;
    const ask = `${driver.family} ${address}`;
    if (this.#asking.has(ask) || this.#asking.size >= MOST_ASKED) return null;
    this.#asking.add(ask);
    try {
      const found = await driver.identify(address, ports);
      return found && { ...found, settings: { ...told.settings, ...found.settings } };
    } catch (error) {
      if (!(error instanceof DeviceError)) log.warn({ err: error, family: driver.family }, 'a driver failed');
      return null;
    } finally {
      this.#asking.delete(ask);
    }
  }

  #seen(found: Found | null): void {
    if (!found) return;
    for (const account of this.#looking.keys()) void this.#deps.inbox.seen(account, found);
  }

  /** What a driver makes of it; null where it makes nothing of it, or fails on it. */
  #understood(driver: Driver, take: () => Found | null): Found | null {
    try {
      return take();
    } catch (error) {
      this.#deps.log.debug({ err: error, family: driver.family }, 'an answer could not be understood');
      return null;
    }
  }

  /** However many answer, and however often, no more is looked at in a second. */
  #mayTake(): boolean {
    this.#left -= 1;
    return this.#left >= 0;
  }

  #refill(): void {
    this.#left = MOST_A_SECOND;
  }
}

const MOST_MINUTES = 15;
const PROBE_MS = 10_000;
const MOST_A_SECOND = 500;
const MOST_ASKED = 16;
const LONGEST_ANNOUNCEMENT = 16_384;
const BY_ITSELF_MS = 3_600_000;
