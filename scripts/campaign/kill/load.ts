import { connect, type MqttClient } from 'mqtt';
import type { Addresses } from '../hub-process.ts';
import { EmoncmsClient, isAcknowledged } from './emoncms.ts';
import type { House } from './house.ts';
import { type Ledger, type Node, sentValue, timeOf } from './ledger.ts';

const TICK_MS = 20;
/** Packets or requests of one node that may wait for their acknowledgement. */
const WINDOW: Readonly<Record<Node['door'], number>> = { mqtt: 10, post: 2, bulk: 1 };
const BULK_ROWS = 3;

/** Keeps every node of the house reporting, by its own door, and notes what the hub acknowledges. */
export class Load {
  readonly #house: House;
  readonly #ledger: Ledger;
  readonly #mqtt: MqttClient;
  readonly #http: EmoncmsClient;
  readonly #underway = new Map<Node, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(house: House, addresses: Addresses, ledger: Ledger) {
    this.#house = house;
    this.#ledger = ledger;
    const login = { username: house.username, password: house.key };
    this.#mqtt = connect(addresses.mqtt, { ...login, reconnectPeriod: 0, clean: true, clientId: 'campaign' });
    this.#mqtt.on('error', () => undefined);
    this.#http = new EmoncmsClient(addresses.http, house.key);
  }

  start(): void {
    this.#timer = setInterval(() => {
      for (const node of this.#house.nodes) {
        const open = node.door !== 'mqtt' || this.#mqtt.connected;
        if (open && (this.#underway.get(node) ?? 0) < WINDOW[node.door]) this.#send(node);
      }
    }, TICK_MS);
  }

  /** Sends nothing more. What is under way may still be acknowledged. */
  pause(): void {
    clearInterval(this.#timer);
  }

  /** Leaves the hub, dead or alive. */
  async end(): Promise<void> {
    this.pause();
    this.#http.close();
    await this.#mqtt.endAsync(true).catch(() => undefined);
  }

  #send(node: Node): void {
    this.#count(node, 1);
    const slots = Array.from({ length: node.door === 'bulk' ? BULK_ROWS : 1 }, () => this.#ledger.take(node));
    this.#publish(node, slots).then(
      (acknowledged) => {
        this.#count(node, -1);
        if (acknowledged) for (const slot of slots) this.#ledger.acknowledge(node, slot);
      },
      () => this.#count(node, -1),
    );
  }

  async #publish(node: Node, slots: readonly number[]): Promise<boolean> {
    if (node.door === 'mqtt') return await this.#toBroker(node, slots[0] ?? 0);
    const answer = await (node.door === 'post'
      ? this.#http.post('/input/post', {
          node: node.name,
          time: String(timeOf(slots[0] ?? 0)),
          fulljson: JSON.stringify(values(node, slots[0] ?? 0)),
        })
      : this.#http.post('/input/bulk', {
          time: '0',
          data: JSON.stringify(slots.map((slot) => [timeOf(slot), node.name, values(node, slot)])),
        }));
    return isAcknowledged(answer);
  }

  #toBroker(node: Node, slot: number): Promise<boolean> {
    const payload = JSON.stringify({ time: timeOf(slot), ...values(node, slot) });
    return new Promise((resolve) => {
      this.#mqtt.publish(`emon/${node.name}`, payload, { qos: 1 }, (error) => resolve(!error));
    });
  }

  #count(node: Node, change: number): void {
    this.#underway.set(node, (this.#underway.get(node) ?? 0) + change);
  }
}

function values(node: Node, slot: number): Record<string, number> {
  return Object.fromEntries(node.inputs.map((input, index) => [input, sentValue(node, index, slot)]));
}
