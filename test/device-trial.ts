import { deviceMqtt } from '../app/connections/device-mqtt.ts';
import { devicePorts } from '../app/connections/device-ports.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { systemRandom } from '../lib/random.ts';
import type { DeviceRef, Ports } from '../models/drivers/driver.ts';

/** Hears what a device of the first household says. */
type Heard = (topic: string, payload: string) => void;

/** Real ways out to simulators on this machine; what is published is handed to `publish`, with where to say an answer. */
export function portsTo(publish: (topic: string, payload: string, heard: Heard) => void = () => undefined): Ports {
  const heard: Heard = (topic, payload) => mqtt.heard(1, topic, Buffer.from(payload));
  const mqtt = deviceMqtt(async (_account, topic, payload) => publish(topic, payload.toString(), heard), systemClock);
  const base = { clock: systemClock, random: systemRandom, log: createLog('silent') };
  return devicePorts({ ...base, mqtt, rules: { loopback: true } });
}

/** A device as it is kept once it is let in. */
export function deviceOf(fields: Pick<DeviceRef, 'family' | 'identity'> & Partial<DeviceRef>): DeviceRef {
  return { id: 1, account: 1, node: 'plug', name: 'Plug', address: null, settings: {}, ...fields };
}

/** An address of this machine that no other test uses, so that a device may have its usual port on it. */
export function ownLoopback(): string {
  const [a = 0, b = 0, c = 0] = systemRandom.bytes(3);
  return `127.${(a % 200) + 20}.${b}.${(c % 250) + 2}`;
}
