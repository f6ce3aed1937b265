import type { MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Clock, Disposer } from '../../../lib/clock.ts';
import { askHub, type Credential, credentialIn, hearBeacon } from './pairing.ts';
import { type Mode, Relay } from './relay.ts';

export interface PlugOptions {
  readonly node: string;
  /** What its firmware calls itself. */
  readonly type: 'smartplug' | 'wifirelay' | 'hpmon' | 'espwifi';
  readonly clock: Clock;
  readonly beaconPort: number;
  readonly beaconAddress: string;
  /** Where the hub serves HTTP; 80 in the firmware. */
  readonly httpPort: number;
  readonly mqttPort: number;
  /** Asks from this address of its own. */
  readonly localAddress?: string;
  /** Seconds between two requests; 10 in the firmware. */
  readonly retry?: number;
  readonly stored?: Mode;
  /** Forgets the first answers of the hub as if they had been lost on the way. */
  readonly dropReplies?: number;
  readonly lowercase?: boolean;
  /** Tells what happens, one line each. */
  readonly tell?: (event: string) => void;
}

const RECONNECT_MS = 5000;

/**
 * A smart plug with EmonESP's firmware: it hears a beacon, asks the sender every ten seconds to be let in, and once it has a
 * login, says what it is and serves the topics below its node.
 */
export class Plug {
  readonly relay: Relay;
  readonly #options: PlugOptions;
  #hub: string | null = null;
  #credential: Credential | null = null;
  #client: MqttClient | null = null;
  #stops: Disposer[] = [];
  #asking: Disposer | null = null;
  #drops: number;

  constructor(options: PlugOptions) {
    this.#options = options;
    this.#drops = options.dropReplies ?? 0;
    this.relay = new Relay(options.clock, options.stored);
  }

  get isPaired(): boolean {
    return this.#credential !== null;
  }

  get isConnected(): boolean {
    return this.#client?.connected === true;
  }

  /** Waits for a beacon. */
  async start(): Promise<void> {
    const { beaconPort: port, beaconAddress: address } = this.#options;
    this.#stops.push(await hearBeacon({ port, address, heard: (sender) => this.hearFrom(sender) }));
  }

  /** Goes straight to the broker, as after an earlier pairing. */
  join(credential: Credential): void {
    this.#credential = credential;
    this.#tell(`joins mqtt://${credential.host}:${credential.port} as ${credential.username}`);
    const { host, port, username, password } = credential;
    const client = connect({ host, port, username, password, reconnectPeriod: 0, clean: true });
    this.#client = client;
    client.on('error', (error) => this.#tell(`broker: ${error.message}`));
    client.on('connect', () => this.#greet());
    client.on('message', (topic, payload) => this.#command(topic, payload.toString('utf8')));
    client.on('close', () => {
      // Its own clock says when it tries again.
      this.#options.clock.after(RECONNECT_MS, () => {
        if (this.#client === client && !client.connected) this.join(credential);
      });
    });
  }

  /** Somebody holds the button for a moment. */
  press(): void {
    const mode = this.relay.press();
    this.#tell(`button: ${mode}`);
    this.#publish('out/ctrlmode', this.#options.lowercase ? mode.toLowerCase() : mode);
  }

  /** The power was gone: what came over MQTT is forgotten, and it comes to the broker again. */
  async reboot(): Promise<void> {
    this.#tell('reboots');
    this.relay.reboot();
    const credential = this.#credential;
    await this.#leave();
    if (credential) this.join(credential);
  }

  async stop(): Promise<void> {
    this.#asking?.();
    for (const stop of this.#stops.splice(0)) stop();
    await this.#leave();
  }

  async #leave(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.endAsync(true).catch(() => undefined);
  }

  /** Believes whoever sends a beacon, as the firmware does: a new sender is its hub from now on. */
  hearFrom(sender: string): void {
    if (this.#hub === sender) return;
    this.#tell(`beacon from ${sender}`);
    this.#hub = sender;
    this.#asking?.();
    void this.#ask();
    this.#asking = this.#options.clock.every((this.#options.retry ?? 10) * 1000, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const { httpPort, mqttPort, localAddress } = this.#options;
    const hub = this.#hub;
    if (hub === null) return;
    const body = await askHub(hub, httpPort, localAddress);
    const credential = body === null ? null : credentialIn(body, hub, mqttPort);
    this.#tell(credential ? 'was let in' : `asked: ${body ?? 'no answer'}`);
    if (!credential || hub !== this.#hub || !this.#asking) return;
    if (this.#drops > 0) {
      this.#drops -= 1;
      return this.#tell('the answer was lost');
    }
    this.#asking();
    this.#asking = null;
    await this.#leave();
    this.join(credential);
  }

  #greet(): void {
    this.#tell('connected');
    this.#publish('describe', this.#options.type);
    this.#client?.subscribe(`${this.#base()}/in/#`, (error, granted) => {
      if (error || granted?.some(({ qos }) => qos > 2)) this.#tell('was not let subscribe');
    });
  }

  #command(topic: string, text: string): void {
    const word = topic.slice(`${this.#base()}/in/`.length);
    this.#tell(`${word}: ${text}`);
    if (word === 'ctrlmode') this.relay.command(text);
    if (word === 'timer') this.relay.setTimers(text);
    if (word === 'state') this.#publish('out/state', this.relay.isOn ? '1' : '0');
  }

  #publish(name: string, text: string): void {
    this.#client?.publish(`${this.#base()}/${name}`, text, { qos: 0 });
  }

  #base(): string {
    return `${this.#credential?.topic ?? 'emon'}/${this.#options.node}`;
  }

  #tell(event: string): void {
    this.#options.tell?.(event);
  }
}
