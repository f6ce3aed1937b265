import mqtt, { type IConnectPacket, type Packet } from 'mqtt-packet';

export interface Login {
  readonly username: string;
  readonly key: string;
}

/** One visit to a broker: what is sent, in how many packets, and how many of them are not as MQTT has them. */
export interface Conversation {
  readonly bytes: Buffer;
  readonly packets: number;
  readonly mutated: number;
}

type Chance = () => number;

const PACKETS = 40;
const SESSIONS = 20;
const TOPICS = 50;

/** A conversation that a client could have, half of it damaged in one way or another. The CONNECT is mostly left whole. */
export function makeConversation(chance: Chance, login: Login): Conversation {
  const parts: Buffer[] = [];
  let mutated = 0;
  const hello = mqtt.generate(connectPacket(chance, login));
  const hurt = chance() < 0.1;
  parts.push(hurt ? mutate(chance, hello) : hello);
  if (hurt) mutated += 1;
  for (let count = 1; count < PACKETS; count += 1) {
    const whole = mqtt.generate(anyPacket(chance, login));
    if (chance() < 0.5) {
      parts.push(whole);
      continue;
    }
    mutated += 1;
    const damaged = mutate(chance, whole);
    // packets out of order are another kind of damage
    if (chance() < 0.1) parts.splice(1 + Math.floor(chance() * parts.length), 0, damaged);
    else parts.push(damaged);
  }
  return { bytes: Buffer.concat(parts), packets: PACKETS, mutated };
}

function connectPacket(chance: Chance, { username, key }: Login): IConnectPacket {
  const will = { topic: topicOf(chance), payload: Buffer.from('0'), qos: qosOf(chance), retain: chance() < 0.2 };
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: chance() < 0.7,
    keepalive: Math.floor(chance() * 100),
    clientId: `fuzz${Math.floor(chance() * SESSIONS)}`,
    username,
    password: Buffer.from(key),
    ...(chance() < 0.3 && { will }),
  };
}

function anyPacket(chance: Chance, login: Login): Packet {
  const messageId = 1 + Math.floor(chance() * 20);
  const kind = chance();
  if (kind < 0.5) {
    const qos = qosOf(chance);
    const common = {
      topic: topicOf(chance),
      payload: payloadOf(chance),
      retain: chance() < 0.1,
      dup: qos > 0 && chance() < 0.2,
    };
    return { cmd: 'publish', qos, ...common, ...(qos > 0 && { messageId }) };
  }
  if (kind < 0.6) {
    const subscriptions = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => ({
      topic: filterOf(chance),
      qos: qosOf(chance),
    }));
    return { cmd: 'subscribe', messageId, subscriptions } as Packet;
  }
  if (kind < 0.65) return { cmd: 'unsubscribe', messageId, unsubscriptions: [filterOf(chance)] };
  if (kind < 0.9) return { cmd: oneOf(chance, ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const), messageId };
  if (kind < 0.98) return { cmd: 'pingreq' };
  return kind < 0.99 ? { cmd: 'disconnect' } : connectPacket(chance, login);
}

function topicOf(chance: Chance): string {
  return `emon/fuzz${Math.floor(chance() * TOPICS)}${oneOf(chance, ['', '/power', '/a/b', '/in/x'])}`;
}

function filterOf(chance: Chance): string {
  return oneOf(chance, [topicOf(chance), 'emon/fuzz1/#', 'emon/+/power', 'emon/#', 'elsewhere/#', '#']);
}

function payloadOf(chance: Chance): string {
  return oneOf(chance, ['12.5', '{"power":1,"time":1700000000}', '1,2,3', '[1,2]', '{"a":{"value":1}}', '', 'off']);
}

function qosOf(chance: Chance): 0 | 1 | 2 {
  return oneOf(chance, [0, 1, 2] as const);
}

function oneOf<T>(chance: Chance, values: readonly T[]): T {
  return values[Math.floor(chance() * values.length)] as T;
}

/** The packet, damaged in one way. */
function mutate(chance: Chance, packet: Buffer): Buffer {
  const bytes = Buffer.from(packet);
  return oneOf(chance, MUTATIONS)(bytes, chance);
}

const MUTATIONS: readonly ((bytes: Buffer, chance: Chance) => Buffer)[] = [
  flipBits,
  flipBits,
  flipBits,
  flipBits,
  flipBits,
  (bytes, chance) => bytes.subarray(0, 1 + Math.floor(chance() * (bytes.length - 1))),
  (bytes, chance) => Buffer.concat([bytes, noise(chance, 1 + Math.floor(chance() * 8))]),
  // another type, or other flags
  (bytes, chance) => setByte(bytes, 0, Math.floor(chance() * 256)),
  // a length that is not its own
  (bytes, chance) => setByte(bytes, 1, Math.floor(chance() * 128)),
  (bytes) => Buffer.concat([bytes.subarray(0, 1), Buffer.from([0xff, 0xff, 0xff, 0x7f]), bytes.subarray(2)]),
  (bytes) => Buffer.concat([bytes.subarray(0, 1), Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]), bytes.subarray(2)]),
  (bytes, chance) =>
    setByte(
      bytes,
      2 + Math.floor(chance() * Math.max(1, bytes.length - 2)),
      oneOf(chance, [0, 0xff, 0x23, 0x2b, 0x2f, 0x24]),
    ),
  (bytes) => Buffer.concat([bytes, bytes]),
  (_, chance) => noise(chance, 1 + Math.floor(chance() * 30)),
];

function flipBits(bytes: Buffer, chance: Chance): Buffer {
  for (let count = 1 + Math.floor(chance() * 4); count > 0; count -= 1) {
    const at = Math.floor(chance() * bytes.length);
    setByte(bytes, at, (bytes[at] ?? 0) ^ (1 << Math.floor(chance() * 8)));
  }
  return bytes;
}

function setByte(bytes: Buffer, at: number, value: number): Buffer {
  if (at < bytes.length) bytes[at] = value;
  return bytes;
}

function noise(chance: Chance, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(chance() * 256)));
}
