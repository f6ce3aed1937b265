import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import { type Device, type DeviceModel, refOf } from '../../models/device.ts';
import type { DeviceFeeds } from '../../models/device-feeds.ts';
import type { DeviceHealth } from '../../models/device-health.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import type { DeviceReading, Driver, Ports } from '../../models/drivers/driver.ts';
import { introduced } from '../../models/isdl/own-identity.ts';
import type { Service } from './service.ts';

export interface PollerDeps {
  readonly devices: DeviceModel;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly intake: DeviceIntake;
  readonly states: DeviceStates;
  readonly health: DeviceHealth;
  readonly feeds: Pick<DeviceFeeds, 'intervalOf' | 'measuredAt' | 'takePast'>;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watch {
  stop: Disposer;
  /** A question that has no answer yet, however long ago its time was up. */
  open: Promise<void> | null;
  /** Monotonic milliseconds at which the next turn was to be. */
  due: number;
  /** Unix seconds since which it is watched. */
  readonly began: number;
  /** Where it is and how it is spoken to. */
  place: string;
  /** The next pauses, before the usual one. */
  soon: readonly number[];
}

/** A driver that is not done by then has failed; its ports give up long before. */
const LONGEST_MS = 20_000;
/** Devices that do not answer are asked at least so often. */
const LONGEST_BACK_OFF_S = 60;
const RECONCILE_MS = 10_000;
/** A device that has never said anything is asked five times as often until it is heard or counts as silent. */
const FIRST_MS_PER_S = 200;
/** A device that came by itself is asked again for what it does: it may not listen yet when it says that it is there. */
const ARRIVED_MS = [250, 750, 2000];
/**
 * One that was just heard for the first time: only a second reading, in a slot of its own, tells what it uses and costs. Slots
 * are mostly of ten seconds, so it is asked until a little after; then every ten from the first.
 */
const FIRST_HEARD_MS = [1500, 1500, 1500, 1500, 1500, 1500, 1500, 9500];
/** So long after a switch the device is asked whether it did. */
const LOOK_AGAIN_MS = 500;

/**
 * Asks every device at its own interval, all of them side by side, so that a slow one delays no other. One device is never asked
 * twice at a time, and less often while it does not answer. Devices that tell by themselves are asked for their state instead,
 * where their family can, and count as silent when nothing came in two and a half intervals.
 */
export class Poller implements Service {
  readonly name = 'poller';
  readonly #deps: PollerDeps;
  readonly #watches = new Map<number, Watch>();
  readonly #limit: LogLimit;
  #stops: Disposer[] = [];

  constructor(deps: PollerDeps) {
    this.#deps = deps;
    this.#limit = new LogLimit(deps.clock);
  }

  start(): void {
    const { devices, states, intake, clock, log } = this.#deps;
    const reconcile = () => {
      states.reconcile().catch((error: unknown) => log.warn({ err: error }, 'wishes could not be sent again'));
    };
    this.#stops = [
      devices.listen((_account, id) => this.#changed(id)),
      states.listen((_account, id) => this.#lookAgain(id)),
      intake.onArrival((_account, id) => this.#arrived(id)),
      clock.every(RECONCILE_MS, reconcile),
    ];
    for (const { id } of devices.all()) this.#changed(id);
  }

  /** Resolves when no answer is being stored any more. Questions that nobody answers are left. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    const open = [...this.#watches.values()].flatMap((watch) => {
      watch.stop();
      return watch.open ?? [];
    });
    this.#watches.clear();
    const late = new Promise<void>((resolve) => {
      this.#deps.clock.after(STOP_MS, resolve);
    });
    await Promise.race([Promise.all(open), late]);
  }

  /** A device that is new, has moved or was let go. */
  #changed(id: number): void {
    const device = this.#deps.devices.find(id);
    const watch = this.#watches.get(id);
    if (!device || !this.#isAsked(device)) {
      watch?.stop();
      this.#watches.delete(id);
      return;
    }
    if (!watch) {
      const { clock } = this.#deps;
      const [due, began] = [clock.monotonic(), clock.seconds()];
      const fresh = { stop: () => undefined, open: null, due, began, place: placeOf(device), soon: [] };
      this.#watches.set(id, fresh);
      this.#wait(id, fresh, 0);
    } else if (!watch.open) {
      const rest = watch.due - this.#deps.clock.monotonic();
      if (watch.place === placeOf(device)) this.#wait(id, watch, Math.max(0, Math.min(rest, this.#pauseMs(device))));
      else if (this.#isPolled(device)) this.#wait(id, watch, 0);
      else this.#arrived(id);
    }
    if (watch) watch.place = placeOf(device);
  }

  /** It tells by itself, but not what it does at this moment. */
  #arrived(id: number): void {
    const watch = this.#watches.get(id);
    const device = this.#deps.devices.find(id);
    if (!watch || !device || this.#isPolled(device)) return;
    const [first = 0, ...soon] = ARRIVED_MS;
    watch.soon = soon;
    if (!watch.open) this.#wait(id, watch, first);
  }

  /** Something else is wanted of it than it does: soon it should. */
  #lookAgain(id: number): void {
    const watch = this.#watches.get(id);
    if (watch && !watch.open && this.#deps.states.differs(id)) this.#wait(id, watch, LOOK_AGAIN_MS);
  }

  #isAsked(device: Device): boolean {
    const driver = this.#deps.drivers.get(device.family);
    return device.enabled && refOf(device) !== undefined && (driver?.read ?? driver?.refresh) !== undefined;
  }

  #wait(id: number, watch: Watch, ms: number): void {
    watch.stop();
    watch.due = this.#deps.clock.monotonic() + ms;
    watch.stop = this.#deps.clock.after(ms, () => this.#turn(id, watch));
  }

  #turn(id: number, watch: Watch): void {
    const device = this.#deps.devices.find(id);
    if (!device || this.#watches.get(id) !== watch) return;
    const began = watch.due;
    const done = watch.open ? this.#fail(device, tooSlow()) : this.#ask(device, watch);
    void done.finally(() => {
      const now = this.#deps.devices.find(id);
      if (!now || this.#watches.get(id) !== watch) return;
      const elapsed = this.#deps.clock.monotonic() - began;
      const [next, ...soon] = watch.soon;
      watch.soon = soon;
      const pause = next ?? this.#pauseMs(now);
      // In step with the clock: what an answer took does not add up.
      this.#wait(id, watch, elapsed < pause ? pause - elapsed : pause - (elapsed % pause));
    });
  }

  /** Resolves when the answer is stored, or its time is up. */
  async #ask(device: Device, watch: Watch): Promise<void> {
    const { clock } = this.#deps;
    let stop: Disposer = () => undefined;
    const late = new Promise<'late'>((resolve) => {
      stop = clock.after(LONGEST_MS, () => resolve('late'));
    });
    const open: Promise<void> = this.#read(device, watch).finally(() => {
      watch.open = null;
    });
    watch.open = open;
    const result = await Promise.race([open, late]);
    stop();
    if (result === 'late') await this.#fail(device, tooSlow());
  }

  /** Never rejects. */
  async #read(device: Device, watch: Watch): Promise<void> {
    const { drivers, ports, clock, intake } = this.#deps;
    const driver = drivers.get(device.family);
    if (!driver || !refOf(device)) return;
    const asked = clock.monotonic();
    let reading: DeviceReading | undefined;
    try {
      const ref = refOf(await introduced(device, driver, this.#deps));
      if (!ref) return;
      if (this.#isPolled(device)) reading = await driver.read?.(ref, ports);
      else await driver.refresh?.(ref, ports);
    } catch (error) {
      return await this.#fail(device, error);
    }
    const present = this.#deps.devices.find(device.id);
    if (!present?.enabled || this.#watches.get(device.id) !== watch) return;
    if (reading && this.#isNew(present)) watch.soon = FIRST_HEARD_MS;
    if (reading) await this.#catchUp(present, driver);
    if (reading)
      await intake.answered(present, reading, asked).catch((error: unknown) => this.#notStored(device, error));
    else if (this.#isSilent(present, watch)) await this.#fail(present, tooSlow());
  }

  /** After a gap: what the device itself kept of it comes before what it says now. */
  async #catchUp(device: Device, driver: Driver): Promise<void> {
    const { feeds, ports, clock, log } = this.#deps;
    const [ref, since] = [refOf(device), feeds.measuredAt(device)];
    if (
      !driver.missed ||
      !ref ||
      since === null ||
      clock.seconds() - since < Math.max(GAP_S, 3 * this.#intervalOf(device))
    )
      return;
    try {
      for (const past of await driver.missed(ref, since, ports))
        if (past.time !== undefined) await feeds.takePast(device, past, past.time);
    } catch (error) {
      log.info({ err: error, device: device.id }, 'what a device kept could not be had');
    }
  }

  /** One that could be polled but does not say where it is, is asked over the broker. */
  #isPolled({ family, address }: Device): boolean {
    const driver = this.#deps.drivers.get(family);
    return driver?.read !== undefined && (address !== null || driver.refresh === undefined);
  }

  async #fail(device: Device, error: unknown): Promise<void> {
    await this.#deps.intake.failed(device, error).catch((cause: unknown) => this.#notStored(device, cause));
  }

  /** Nothing of it was ever recorded, nor has it been heard since it is watched. */
  #isNew(device: Device): boolean {
    const { feeds, health } = this.#deps;
    return health.of(device.id).heard === null && feeds.measuredAt(device) === null;
  }

  #isSilent(device: Device, { began }: Watch): boolean {
    const { heard } = this.#deps.health.of(device.id);
    const longest = 2.5 * this.#intervalOf(device);
    return this.#deps.clock.seconds() - Math.max(heard ?? 0, began) > longest;
  }

  /** The storage's fault, not the device's. */
  #notStored({ id, name }: Device, error: unknown): void {
    const held = this.#limit.allow(String(id));
    if (held !== null) this.#deps.log.warn({ err: error, device: id, name, held }, 'a reading was not stored');
  }

  #intervalOf(device: Device): number {
    const driver = this.#deps.drivers.get(device.family);
    return (!driver?.read && driver?.refreshInterval) || this.#deps.feeds.intervalOf(device);
  }

  #pauseMs(device: Device): number {
    const interval = this.#intervalOf(device);
    const { failures, heard } = this.#deps.health.of(device.id);
    // It may have been let in before it began to listen.
    if (heard === null && failures === 0) return interval * FIRST_MS_PER_S;
    if (failures < 2) return interval * 1000;
    return Math.max(interval, Math.min(interval * 2 ** Math.min(failures - 1, 16), LONGEST_BACK_OFF_S)) * 1000;
  }
}

const STOP_MS = 1000;
/** A device keeps minutes: a shorter gap is none to it. */
const GAP_S = 150;

function placeOf({ address, settings }: Device): string {
  return JSON.stringify([address, settings]);
}

function tooSlow(): DeviceError {
  return new DeviceError('timeout', 'The device did not answer in time.');
}
