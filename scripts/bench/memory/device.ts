import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt-packet';
import type { BenchHouse } from '../ingest/house.ts';

/** A meter on a connection of its own, with as little of its own memory and time as it can be had. */
export interface Device {
  /** Publishes with QoS 1 what `payload` says. */
  publish(payload: string): void;
  /** Messages the hub acknowledged. */
  readonly acknowledged: number;
  end(): void;
}

/** Connects and logs in, to publish on `emon/<name>`; rejects when the hub refuses. */
export async function openDevice(port: number, house: BenchHouse, name: string): Promise<Device> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  const password = Buffer.from(house.key);
  const login = { protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 300 } as const;
  socket.write(
    mqtt.generate({ cmd: 'connect', ...login, clientId: name.replace('/', '-'), username: house.username, password }),
  );
  await welcome(socket, name);
  let acknowledged = 0;
  let id = 0;
  // PUBACK is all that comes, four bytes each.
  socket.on('data', (chunk) => {
    acknowledged += chunk.length / 4;
  });
  const topic = `emon/${name}`;
  return {
    publish: (payload) => {
      id = (id % 65535) + 1;
      const packet = { cmd: 'publish', topic, payload, qos: 1, messageId: id, retain: false, dup: false } as const;
      socket.write(mqtt.generate(packet));
    },
    get acknowledged() {
      return acknowledged;
    },
    end: () => socket.destroy(),
  };
}

function welcome(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', (answer) => {
      if (answer[0] === 0x20 && answer[3] === 0) resolve();
      else reject(new Error(`${name} was refused with code ${answer[3]}`));
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${name} was cut off`)));
  });
}
