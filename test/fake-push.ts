import type { DeviceMessage, Driver } from '../models/drivers/driver.ts';

/** Sockets that tell by themselves on `stat/<identity>/…` and on `emon/<node>/out/…`, in JSON as the hub understands it. */
export function pushFamily(family = 'push'): Driver {
  return {
    family,
    capabilities: { read: 'push', switch: true },
    safeState: 'It stays as it was last switched.',
    topics: ({ identity, node }) => [`stat/${identity}/#`, `emon/${node}/#`],
    fromMqtt(_device, topic, payload): DeviceMessage | null {
      if (!/^stat\/|\/out\//.test(topic)) return null;
      return JSON.parse(payload.toString()) as DeviceMessage;
    },
    switch: ({ account, identity }, on, { mqtt }) => mqtt.publish(account, `cmnd/${identity}`, on ? 'ON' : 'OFF'),
  };
}
