import { connect, type MqttClient } from 'mqtt';
import type { Clock } from '../../../lib/clock.ts';
import { Charger } from '../../simulate/openevse/charger.ts';
import { type Wifi, wifiFour } from '../../simulate/openevse/wifi.ts';
import type { Credential } from '../../simulate/plug/pairing.ts';
import { CAR } from './home.ts';
import { ZONE } from './prices.ts';

const FULL = 1;
const RECONNECT_MS = 5000;

/** An electric car with its battery, and the charger at home: it charges while it is there and the charger lets it. */
export class Car {
  readonly charger: Charger;
  /** State of charge, 0 to 1. */
  soc: number;
  isHome = true;
  readonly #wifi: Wifi;
  readonly #clock: Clock;
  #client: MqttClient | null = null;

  constructor(clock: Clock, soc: number) {
    this.charger = new Charger(clock, ZONE);
    this.soc = soc;
    this.#clock = clock;
    this.#wifi = wifiFour(this.charger, CAR.topic, CAR.id);
    this.#plug();
  }

  get isCharging(): boolean {
    return this.charger.watts > 0;
  }

  /** Seconds it has to charge for its target. */
  get lacks(): number {
    return Math.max(0, ((CAR.target - this.soc) * CAR.capacityWh * 3600) / CAR.watts);
  }

  join(credential: Credential): void {
    const { host, port, username, password } = credential;
    const { will } = this.#wifi;
    const client = connect({
      ...{ host, port, username, password, reconnectPeriod: 0 },
      will: { ...will, payload: Buffer.from(will.payload), qos: 1 },
    });
    this.#client = client;
    client.on('error', () => undefined);
    client.on('connect', () => {
      client.subscribe([...this.#wifi.filters]);
      this.#wifi.greet(this.#say);
      this.tell();
    });
    client.on('close', () => {
      this.#clock.after(RECONNECT_MS, () => {
        if (this.#client === client && !client.connected) this.join(credential);
      });
    });
    client.on('message', (topic, payload) => this.#wifi.take(topic, payload.toString('utf8'), this.#say));
  }

  /** It loses its WiFi, without a goodbye. */
  vanish(): void {
    const client = this.#client;
    this.#client = null;
    client?.stream.destroy();
    client?.end(true);
  }

  get isOnline(): boolean {
    return this.#client !== null;
  }

  /** Says what the charger does, and the car its state of charge while it is there. */
  tell(): void {
    if (!this.#client?.connected) return;
    this.#wifi.tell(this.#say);
    if (this.isHome) this.#say('emon/vehicle/soc', (100 * this.soc).toFixed(2));
  }

  arrive(soc: number): void {
    this.isHome = true;
    this.soc = soc;
    this.#plug();
    this.tell();
  }

  leave(): void {
    this.isHome = false;
    this.#plug();
    this.tell();
  }

  /** So many seconds went by in which nothing changed. */
  pass(seconds: number): void {
    this.charger.pass(seconds);
    if (this.isCharging) this.soc = Math.min(FULL, this.soc + (this.charger.watts * seconds) / 3600 / CAR.capacityWh);
    if (this.soc >= FULL) this.charger.draw(0);
  }

  #plug(): void {
    this.charger.draw(this.isHome && this.soc < FULL ? CAR.watts / this.charger.volts : 0);
  }

  readonly #say = (topic: string, payload: string, options = {}) => void this.#client?.publish(topic, payload, options);
}
