import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { HttpPort } from './http-port.ts';
import type { TcpPort, UdpPort } from './wire-port.ts';

/** A device somebody let in, as its driver sees it. */
export interface DeviceRef {
  readonly id: number;
  readonly account: number;
  /** The node its readings are recorded under. */
  readonly node: string;
  readonly name: string;
  readonly family: string;
  /** MAC address (12 lower-case hex digits) or the maker's device id: never the IP address, which changes. */
  readonly identity: string;
  /** `host` or `host:port` where it was last seen; null where it only ever calls the hub. */
  readonly address: string | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A device somebody saw on the network and nobody has decided about. */
export interface Found {
  readonly family: string;
  readonly identity: string;
  readonly address: string | null;
  /** What the maker calls it, e.g. `HS110(EU)`. */
  readonly model: string;
  /** What it calls itself. */
  readonly name: string;
  /** `plug`, `meter`, `charger`, `heat pump`, `sensor`, `gateway` …; where a template has this name, it is applied. */
  readonly type: string;
  readonly supported: boolean;
  /** A sentence for the person who decides, such as why it is not supported. */
  readonly note?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The node its readings are recorded under already, whether it is let in or not. */
  readonly node?: string;
  /** The outlets of a strip; each becomes a device of its own. */
  readonly children?: readonly Found[];
}

/**
 * What a device says. Names carry their unit: `power_w`, `energy_wh` (the device's own counter, which may restart),
 * `voltage_v`, `current_a`, `temperature_c`, `frequency_hz`, `factor`; more phases add `_1`, `_2`, `_3`.
 */
export interface DeviceReading {
  /** Unix seconds; without it the time of arrival. */
  readonly time?: number;
  readonly values: Readonly<Record<string, number | null>>;
  /** Whether it is switched on; absent where it did not say. A missing status is never OFF. */
  readonly on?: boolean;
  /** Seconds since it started, where it tells: what changed without a start in between, a person changed. */
  readonly uptime?: number;
  /** False where the device itself says that its figures are not to be trusted. */
  readonly valid: boolean;
  /** It tells only of changes: what it said before held until `step` seconds ago, where that is at most `most` seconds. */
  readonly holds?: { readonly step: number; readonly most: number };
}

/** What one message of a device on the broker means. */
export interface DeviceMessage {
  readonly reading?: DeviceReading;
  /** What a meter tells late: readings before that one, in the order of their times. */
  readonly earlier?: readonly DeviceReading[];
  readonly on?: boolean;
  /**
   * True: a person pressed the button on the device, `on` is what the household now wants. False: certainly nobody did. Absent:
   * not told; then a change without a start in between is a person's.
   */
  readonly wish?: boolean;
  /** It has just started: what it reports is its start state, not a wish, and the hub sends what is wanted again. */
  readonly reboot?: boolean;
  /** False: it has left the broker (its last will). True: it is there. */
  readonly online?: boolean;
  /** Its address, where it tells. */
  readonly address?: string;
}

export interface MqttPort {
  /** Publishes to the household's clients. Rejects where the broker is not there. */
  publish(account: number, topic: string, payload: string | Buffer, options?: PublishOptions): Promise<void>;
  /** Publishes a question and resolves with what is answered within five seconds; rejects with DeviceError where nothing is. */
  ask(account: number, topic: string, payload: string | Buffer, answer: MqttAnswer): Promise<Buffer>;
}

export interface MqttAnswer {
  /** Where the answer comes. */
  readonly topic: string;
  /** Whether this is the answer to this question. */
  isAnswer(payload: Buffer): boolean;
}

export interface PublishOptions {
  readonly retain?: boolean;
  readonly qos?: 0 | 1;
}

/** The ways out that a driver has. Each keeps to private addresses, has a time-out and a size limit, and rejects with DeviceError. */
export interface Ports {
  readonly http: HttpPort;
  readonly tcp: TcpPort;
  readonly udp: UdpPort;
  readonly mqtt: MqttPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** A DNS-SD service as mDNS announced it. */
export interface FoundService {
  /** Instance name, e.g. `shellyplug-s-C18B12`. */
  readonly name: string;
  /** e.g. `_http._tcp`. */
  readonly type: string;
  readonly host: string;
  readonly addresses: readonly string[];
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
}

export interface Discovery {
  /** A datagram that every device of the family answers, and what an answer means. */
  readonly udp?: {
    readonly port: number;
    readonly probe: Buffer;
    found(answer: Buffer, address: string): Found | null;
  };
  /** Service types to browse, e.g. `_shelly._tcp`. */
  readonly mdns?: readonly string[];
  /** Null where it is another family's; `identify` is asked where this alone does not tell enough. */
  fromMdns?(service: FoundService): Found | null;
  /** Topic filters of announcements. */
  readonly mqtt?: readonly string[];
  fromMqtt?(topic: string, payload: Buffer): Found | null;
}

export interface Capabilities {
  /** `poll`: the hub asks. `push`: the device tells. */
  readonly read: 'poll' | 'push';
  readonly switch: boolean;
  /**
   * What it does by itself when the hub is gone. `window`: it goes on and off at the times it was given. `end`: it ends a run that
   * the hub began. Absent: neither.
   */
  readonly schedule?: 'window' | 'end';
}

/** A time in which a device is on, in Unix seconds; its end is the first second in which it is off. */
export type OnPeriod = readonly [start: number, end: number];

/** What a device keeps of the periods it was given. */
export interface WindowOutcome {
  /**
   * `windows`: it goes on and off by itself in every period up to `until`. `end`: it goes off by itself, `until` being shortly after
   * the end of the period that runs now (so that the hub's own command comes first), and null where none runs. `none`: nothing.
   */
  readonly keeps: 'windows' | 'end' | 'none';
  /** Unix seconds up to which the device needs no hub; what lies beyond must be told again by then. */
  readonly until: number | null;
}

/**
 * What the hub knows of a family of devices. A driver holds no state: what it must remember stands in the device's settings.
 * Every method rejects with DeviceError where the device does not answer or answers nonsense, and never guesses.
 */
export interface Driver {
  /** `kasa`, `shelly1`, `shelly2`, `tasmota`, `emonesp`, `openevse2`, `openevse4`, `mqtt-relay`, `http-meter`, `plugin:<name>` … */
  readonly family: string;
  readonly capabilities: Capabilities;
  /** What a device of the family does when the hub falls silent, for the person and for docs/devices.md. */
  readonly safeState: string;
  /** Seconds between two readings where nothing else is set; polled devices only. */
  readonly interval?: number;
  readonly discover?: Discovery;
  /** What is at this address; null where it is none of the family's. */
  identify?(address: string, ports: Ports): Promise<Found | null>;
  /** Asks a polled device for what it measures. */
  read?(device: DeviceRef, ports: Ports): Promise<DeviceReading>;
  /**
   * What it measured itself and kept while nobody asked, after `since` (Unix seconds) and before now: oldest first, each with its
   * time, at most a day of it. Polled devices that keep it.
   */
  missed?(device: DeviceRef, since: number, ports: Ports): Promise<DeviceReading[]>;
  /** Topic filters of this device: what its own login covers and the hub listens to. */
  topics?(device: DeviceRef): readonly string[];
  /** What one message on one of its topics means; null where it means nothing. */
  fromMqtt?(device: DeviceRef, topic: string, payload: Buffer): DeviceMessage | null;
  /** Switches it. Resolves when the device, or for those on the broker the broker, has the command. */
  switch?(device: DeviceRef, on: boolean, ports: Ports): Promise<void>;
  /** Seconds between two calls of `refresh`; the interval where nothing is said. */
  readonly refreshInterval?: number;
  /** Asks a device that pushes to tell its state now; the answer comes through `fromMqtt`. */
  refresh?(device: DeviceRef, ports: Ports): Promise<void>;
  /**
   * Gives the device the coming periods in which it is on, so that it ends a run by itself when the hub is gone, and where it can,
   * goes on by itself too. The periods are in order and apart; none means that it keeps nothing any more and stays as it is, or goes
   * off where only a window kept it on. In a period that runs now the device is switched on by this.
   *
   * The hub goes on to switch at each edge. A `switch` takes a device out of its windows, so this is called after it, and again
   * whenever the periods change or `until` draws near. `zone` is the household's, for devices that go by local time.
   */
  setWindow?(device: DeviceRef, periods: readonly OnPeriod[], ports: Ports, zone: string): Promise<WindowOutcome>;
  /** Sets what the device itself keeps: update period, names. */
  configure?(device: DeviceRef, settings: Readonly<Record<string, unknown>>, ports: Ports): Promise<void>;
}
