import type { Network } from '../controllers/api/pairing.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { DeviceError } from '../models/drivers/device-error.ts';
import type { Broker } from './broker.ts';
import { deviceMqtt, type HearingMqttPort } from './connections/device-mqtt.ts';
import type { HubAddress } from './pairing-models.ts';
import type { Publish } from './record-models.ts';
import type { PairingDoor } from './services/pairing-door.ts';
import type { Presence } from './services/presence.ts';

export interface DoorsDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The hub's ways to the outside, for what stands behind them. Models and controllers are there before any door is, and are given
 * this in its place: until a door has opened, nothing goes out and nothing is known of it.
 */
export class Doors {
  readonly #deps: DoorsDeps;
  broker: Broker | undefined;
  presence: Presence | undefined;
  /** Where EmonESP's firmware asks. */
  legacy: PairingDoor | undefined;

  /** The broker, as drivers use it. */
  readonly mqtt: HearingMqttPort;

  constructor(deps: DoorsDeps) {
    this.#deps = deps;
    this.mqtt = deviceMqtt(async (account, topic, payload, options) => {
      if (!this.broker) throw new DeviceError('unreachable', 'The broker has not started yet.');
      await this.broker.publish(account, topic, payload, options);
    }, deps.clock);
  }

  readonly publish: Publish = (account, topic, value) => {
    this.broker?.publish(account, topic, String(value)).catch((error: unknown) => {
      this.#deps.log.debug({ err: error, topic }, 'a value could not be published');
    });
  };

  /** The name the hub has on the network; null where it has none. */
  readonly alias = (): string | null => this.presence?.state().name ?? null;

  /** The hub's name on the network, and whether EmonESP's firmware finds it. */
  readonly network = (): Network => {
    const { name, conflict } = this.presence?.state() ?? { name: null, conflict: false };
    return { name, conflict, legacyPort: this.legacy?.state() ?? 'none' };
  };

  /** How devices reach the hub that has this certificate authority. */
  address(fingerprint: string): HubAddress {
    const { mqttPort = 0, mqttsPort = 0 } = this.broker?.addresses() ?? {};
    return { fingerprint, mqttPort, mqttsPort };
  }
}
