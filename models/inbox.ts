import type { Clock, Disposer } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import type { AuditModel } from './audit.ts';
import { type Device, type DeviceModel, ownDevice } from './device.ts';
import type { DeviceHealth } from './device-health.ts';
import type { Found } from './drivers/driver.ts';
import type { EventModel } from './events.ts';
import { boundedFound, devicesIn, foundKey, mergedFound } from './found.ts';
import type { IgnoredStore } from './inbox-ignored.ts';

export interface InboxDeps {
  devices: Pick<DeviceModel, 'adopt' | 'byIdentity' | 'byNode' | 'find' | 'set'>;
  health: Pick<DeviceHealth, 'of'>;
  ignored: IgnoredStore;
  events: Pick<EventModel, 'emit'>;
  audit: Pick<AuditModel, 'note'>;
  /** Applies the template of a device's type. */
  setUp: (device: Device) => Promise<void>;
  clock: Clock;
  log: Log;
}

/** A device that was found and that nobody has decided about. */
export interface InboxEntry {
  /** Names it in the API. */
  readonly key: string;
  readonly found: Found;
  /** Unix seconds. */
  readonly first: number;
  readonly last: number;
}

export interface InboxList {
  /** The newest first. */
  readonly pending: readonly InboxEntry[];
  /** How many more were found than are kept; at most 1000 are counted. */
  readonly more: number;
}

export interface Approval {
  readonly name?: string;
  readonly room?: string;
  readonly place?: string;
  /** Such as the device's password. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** One household's: what is pending by key, and what there was no room for by key alone. */
interface Box {
  readonly pending: Map<string, InboxEntry>;
  readonly beyond: Set<string>;
  /** The event that is about to be told. */
  telling?: Disposer;
}

/**
 * What was found in and around each home and waits for a person. Nothing in it is read or switched. A device is known by its
 * family and identity, so one that the household has is not found again: it only gets its new address.
 */
export class InboxModel {
  readonly #deps: InboxDeps;
  readonly #boxes = new Map<number, Box>();

  constructor(deps: InboxDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    await this.#deps.ignored.load();
  }

  /** A device was seen. Never throws: what a stranger says must not end the search for others. */
  async seen(account: number, said: Found): Promise<void> {
    const found = boundedFound(said);
    if (!found) return;
    const fresh = [];
    for (const one of devicesIn(found)) {
      const known = this.#deps.devices.byIdentity(account, one.family, one.identity);
      if (known) await this.#meet(known, one);
      else fresh.push(one);
    }
    if (fresh.length > 0) this.#keep(account, found.children ? { ...found, children: fresh } : found);
  }

  list(account: number): InboxList {
    const box = this.#boxes.get(account);
    if (!box) return { pending: [], more: 0 };
    this.#drop(box);
    for (const [key, { found }] of box.pending)
      if (devicesIn(found).every((one) => this.#has(account, one))) box.pending.delete(key);
    return { pending: [...box.pending.values()].sort((a, b) => b.last - a.last), more: box.beyond.size };
  }

  ignored(account: number): InboxEntry[] {
    return this.#deps.ignored
      .list(account)
      .map(({ key, found, created }) => ({ key, found, first: created, last: created }));
  }

  isIgnored(account: number, device: Pick<Found, 'family' | 'identity'>): boolean {
    return this.#deps.ignored.has(account, foundKey(device));
  }

  /**
   * Lets the device in; a strip becomes a device for each of its outlets. Throws HUB_INBOX_NOT_FOUND where it is not in the
   * inbox and HUB_BAD_REQUEST where it is not supported or cannot be called so.
   */
  async approve(account: number, key: string, { settings, ...wish }: Approval, actor: string): Promise<Device[]> {
    const { found } = this.#entry(account, key);
    if (!found.supported)
      throw new HubError('HUB_BAD_REQUEST', { sentence: `Not supported: ${found.note ?? 'unknown'}.` });
    const parts = devicesIn(found);
    const now = this.#deps.clock.seconds();
    const made: Device[] = [];
    for (const part of parts) {
      const name = wish.name && parts.length > 1 ? `${wish.name} ${part.name || made.length + 1}` : wish.name;
      const asked = { ...part, settings: { ...part.settings, ...settings } };
      const device = await this.#deps.devices.adopt(account, asked, {
        ...wish,
        ...(name !== undefined && { name }),
        ...(part.node !== undefined && { node: part.node }),
        now,
      });
      made.push(device);
      await this.#deps.setUp(device);
      const detail = `${part.family} ${part.identity} as ${device.name}`;
      this.#deps.audit.note(account, { actor, action: 'device approved', device: device.id, detail });
    }
    this.#forget(account, key);
    return made;
  }

  /** Not shown again, also after a restart, until somebody forgets that. Throws HUB_INBOX_NOT_FOUND. */
  async ignore(account: number, key: string, actor: string): Promise<void> {
    const { found } = this.#entry(account, key);
    await this.#deps.ignored.add(account, found, this.#deps.clock.seconds());
    this.#deps.audit.note(account, { actor, action: 'device ignored', detail: `${found.family} ${found.identity}` });
    this.#forget(account, key);
  }

  /** As if it had never been found; when it is seen again it is new. Throws HUB_INBOX_NOT_FOUND. */
  async forget(account: number, key: string): Promise<void> {
    if (await this.#deps.ignored.remove(account, key)) return this.#tell(account);
    this.#entry(account, key);
    this.#forget(account, key);
  }

  /** Forgets everything that waits; what is ignored stays so. */
  clear(account: number): void {
    const box = this.#box(account);
    box.pending.clear();
    box.beyond.clear();
    this.#tell(account);
  }

  /** Ends what is about to be told. */
  stop(): void {
    for (const box of this.#boxes.values()) box.telling?.();
  }

  /** Also what came in by pairing, which is known by its network card, and found by the node it reports under. */
  #has(account: number, { family, identity }: Found): boolean {
    const { devices } = this.#deps;
    return (
      Boolean(devices.byIdentity(account, family, identity)) || devices.byNode(account, identity)?.family === family
    );
  }

  /** A device is the same wherever it is. While it answers where it was, nobody else's word moves it. */
  async #meet({ id, account, ...device }: Device, found: Found): Promise<void> {
    const isThere = this.#deps.health.of(id).state === 'online';
    const moved = found.address !== null && found.address !== device.address && !isThere;
    const settings = { ...device.settings, ...found.settings };
    const told = !isThere && JSON.stringify(settings) !== JSON.stringify(device.settings);
    if (!moved && !told) return;
    this.#deps.log.info({ device: id, address: found.address, was: device.address }, 'a device is somewhere else now');
    await this.#deps.devices
      .set(ownDevice(this.#deps.devices, account, id).id, { ...(moved && { address: found.address }), settings })
      .catch((error: unknown) => this.#deps.log.warn({ err: error, device: id }, 'a device’s address was not kept'));
  }

  #keep(account: number, found: Found): void {
    const key = foundKey(found);
    if (this.#deps.ignored.has(account, key)) return;
    const box = this.#box(account);
    const now = this.#deps.clock.seconds();
    const before = box.pending.get(key);
    if (before) {
      const merged = mergedFound(before.found, found);
      box.pending.set(key, { ...before, found: merged, last: now });
      if (JSON.stringify(merged) !== JSON.stringify(before.found)) this.#tell(account);
      return;
    }
    if (box.pending.size >= MOST_PENDING) this.#drop(box);
    if (box.pending.size < MOST_PENDING) box.pending.set(key, { key, found, first: now, last: now });
    else if (box.beyond.size < MOST_COUNTED && !box.beyond.has(key)) box.beyond.add(key);
    else return;
    this.#tell(account);
  }

  #box(account: number): Box {
    const box: Box = this.#boxes.get(account) ?? { pending: new Map(), beyond: new Set() };
    this.#boxes.set(account, box);
    return box;
  }

  #entry(account: number, key: string): InboxEntry {
    const entry = this.#boxes.get(account)?.pending.get(key);
    if (!entry) throw new HubError('HUB_INBOX_NOT_FOUND');
    return entry;
  }

  #forget(account: number, key: string): void {
    this.#boxes.get(account)?.pending.delete(key);
    this.#tell(account);
  }

  /** Forgets what has not been seen for a day. */
  #drop({ pending, beyond }: Box): void {
    const oldest = this.#deps.clock.seconds() - KEPT_SECONDS;
    for (const [key, { last }] of pending) if (last < oldest) pending.delete(key);
    if (pending.size < MOST_PENDING) beyond.clear();
  }

  /** However many are found at once, open pages are told once a second. */
  #tell(account: number): void {
    const { clock, events } = this.#deps;
    const box = this.#box(account);
    box.telling ??= clock.after(TELL_MS, () => {
      delete box.telling;
      const { pending, more } = this.list(account);
      events.emit(account, { name: 'inbox', data: { pending: pending.length, more }, deciders: true });
    });
  }
}

const MOST_PENDING = 100;
const MOST_COUNTED = 1000;
const KEPT_SECONDS = 86_400;
const TELL_MS = 1000;
