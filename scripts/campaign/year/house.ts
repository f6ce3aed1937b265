import { DateTime } from 'luxon';
import type { Hub } from '../../../app/hub.ts';
import type { Log } from '../../../lib/log.ts';
import { Plug } from '../../simulate/plug/plug.ts';
import { AgileServer } from './agile-server.ts';
import { Car } from './car.ts';
import type { DeviceName, Happening } from './happenings.ts';
import { chanceOf, furnishHome, HEATER, type Home, homeConfig, startHome, WASHER } from './home.ts';
import { type Prices, ZONE } from './prices.ts';
import { Quiet } from './quiet.ts';
import { ReplayClock } from './replay-clock.ts';
import { Watch } from './watch.ts';

export interface HouseOptions {
  /** Unix seconds. */
  readonly from: number;
  readonly storage: string;
  readonly prices: Prices;
  readonly chance: () => number;
  readonly log: Log;
}

/** Seconds after which devices come back to a hub that was away. */
const RETURN_S = 5;
const HOUR_S = 3600;
/** The car is to be ready then. */
const READY_HOUR = 8;

/** The hub and everything around it, on one clock. */
export class House {
  readonly clock: ReplayClock;
  readonly watches = { heater: new Watch(), washer: new Watch(), car: new Watch() };
  readonly lacks: [number, number, boolean][] = [];
  home: Home = { key: '', username: '', schedules: {} as Home['schedules'] };
  readonly #options: HouseOptions;
  readonly #quiet = new Quiet();
  readonly #server: AgileServer;
  readonly #plugs: Readonly<Record<'heater' | 'washer', Plug>>;
  readonly #car: Car;
  readonly #offline = new Set<DeviceName>();
  #error = 0;
  #hub: Hub | null = null;
  #returns = Number.POSITIVE_INFINITY;

  private constructor(options: HouseOptions) {
    this.#options = options;
    this.clock = new ReplayClock(options.from * 1000);
    this.#server = new AgileServer(options.prices, this.clock);
    const ports = { beaconPort: 0, beaconAddress: '127.0.0.1', httpPort: 0, mqttPort: 0 };
    const plug = (node: string) => new Plug({ node, type: 'smartplug', clock: this.clock, ...ports });
    this.#plugs = { heater: plug(HEATER.node), washer: plug(WASHER.node) };
    this.#car = new Car(this.clock, 0.5);
  }

  static async open(options: HouseOptions): Promise<House> {
    const house = new House(options);
    const base = await house.#server.start();
    const { storage, chance } = options;
    house.home = await furnishHome(homeConfig(storage), base, house.#hubClock(), chanceOf(chance));
    await house.#start();
    house.#join();
    await house.#quiet.settle();
    return house;
  }

  get now(): number {
    return this.clock.now() / 1000;
  }

  /** Time goes on by `ms` at most, and what comes of it is done. */
  async step(ms: number): Promise<void> {
    const before = this.clock.now();
    this.clock.step(ms);
    const gone = (this.clock.now() - before) / 1000;
    if (gone > 0) this.#car.pass(gone);
    if (gone > 0 && this.now >= this.#returns) this.#join();
    await this.#settle();
  }

  /** The charger and the car say how they do. */
  async tell(): Promise<void> {
    this.#car.tell();
    await this.#settle();
  }

  async happen(what: Happening): Promise<void> {
    if (what.kind === 'leave') this.#car.leave();
    if (what.kind === 'arrive') this.#car.arrive(Math.max(0.05, this.#car.soc - what.used));
    if (what.kind === 'leave' || what.kind === 'arrive') this.#note();
    if (what.kind === 'clock') this.#error = what.error * 1000;
    if (what.kind === 'prices') this.#server.down = what.down;
    if (what.kind === 'offline') await this.#leave(what.device);
    if (what.kind === 'online') {
      this.#offline.delete(what.device);
      this.#join();
    }
    if (what.kind === 'restart') await this.#restart(what.seconds);
    await this.#settle();
  }

  async close(): Promise<void> {
    await this.#stopDevices();
    await this.#drive(this.#hub?.stop() ?? Promise.resolve());
    this.#server.stop();
    this.#quiet.stop();
  }

  async #settle(): Promise<void> {
    await this.#quiet.settle();
    const { heater, washer } = this.#plugs;
    this.watches.heater.see(heater.relay.isOn, this.now);
    this.watches.washer.see(washer.relay.isOn, this.now);
    this.watches.car.see(this.#car.isCharging, this.now);
    if (this.now % HOUR_S === 0 && DateTime.fromSeconds(this.now, { zone: ZONE }).hour === READY_HOUR) this.#note();
  }

  #note(): void {
    if (this.lacks.at(-1)?.[0] !== this.now) this.lacks.push([this.now, this.#car.lacks, this.#car.isHome]);
  }

  #hubClock() {
    return this.clock.seen(() => this.#error);
  }

  async #start(): Promise<void> {
    const { storage, log, chance } = this.#options;
    this.#hub = await this.#drive(startHome(homeConfig(storage), log, this.#hubClock(), chanceOf(chance)));
  }

  /** The devices go on by themselves meanwhile. */
  async #restart(seconds: number): Promise<void> {
    await this.#stopDevices();
    await this.#drive(this.#hub?.stop() ?? Promise.resolve());
    this.#hub = null;
    const until = this.now + seconds;
    while (this.now < until) await this.step(Math.min(60_000 - (this.clock.now() % 60_000), (until - this.now) * 1000));
    await this.#start();
    this.#returns = this.now + RETURN_S;
    this.clock.after(RETURN_S * 1000, () => undefined);
  }

  #join(): void {
    this.#returns = Number.POSITIVE_INFINITY;
    if (!this.#hub) return;
    const { hostname: host, port } = new URL(this.#hub.addresses.mqtt);
    const login = { host, port: Number(port), username: this.home.username, password: this.home.key, topic: 'emon' };
    for (const name of ['heater', 'washer'] as const)
      if (!this.#offline.has(name) && !this.#plugs[name].isConnected) this.#plugs[name].join(login);
    if (!this.#offline.has('car') && !this.#car.isOnline) this.#car.join(login);
  }

  async #leave(device: DeviceName): Promise<void> {
    this.#offline.add(device);
    if (device === 'car') this.#car.vanish();
    else await this.#plugs[device].stop();
  }

  async #stopDevices(): Promise<void> {
    this.#car.vanish();
    await Promise.all([this.#plugs.heater.stop(), this.#plugs.washer.stop()]);
  }

  /** While a hub starts or stops, time goes on where it waits for that. */
  async #drive<T>(work: Promise<T>): Promise<T> {
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    for (let turns = 0; !over; turns += 1) {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), done.catch(() => undefined)]);
      if (turns > 400) this.clock.step(50);
    }
    return await done;
  }
}
