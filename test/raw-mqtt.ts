import { connect, type Socket } from 'node:net';
import mqtt, { type IConnectPacket, type IPublishPacket, type ISubscribePacket, type Packet } from 'mqtt-packet';
import { keyOf, type TestBroker } from './broker.ts';

/** A client that says exactly what it is told to, byte by byte, and remembers what it heard. */
export interface RawClient {
  readonly socket: Socket;
  send(...parts: (Packet | Buffer | readonly number[])[]): void;
  /** The next packet that was not looked at yet. */
  next(): Promise<Packet>;
  /** All packets up to and with the first that `isLast`. */
  until(isLast: (packet: Packet) => boolean): Promise<Packet[]>;
  /** What was not looked at when the broker had closed the connection. */
  ended(): Promise<Packet[]>;
}

/** A connection on which nothing has been said yet. */
export function visit(broker: TestBroker): RawClient {
  const socket = connect(broker.addresses().mqttPort, '127.0.0.1').setNoDelay(true);
  const parser = mqtt.parser();
  const packets: Packet[] = [];
  let wake: () => void = () => undefined;
  let closed = false;
  parser.on('packet', (packet: Packet) => {
    packets.push({ ...packet });
    wake();
  });
  socket.on('data', (chunk) => parser.parse(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    closed = true;
    wake();
  });
  return { socket, send, next, until, ended };

  function send(...parts: (Packet | Buffer | readonly number[])[]): void {
    const bytes = parts.map((part) => (isBytes(part) ? Buffer.from(part) : mqtt.generate(part as Packet)));
    socket.write(Buffer.concat(bytes));
  }
  async function next(): Promise<Packet> {
    while (packets.length === 0 && !closed) await change();
    const packet = packets.shift();
    if (!packet) throw new Error('the broker closed the connection');
    return packet;
  }
  async function until(isLast: (packet: Packet) => boolean): Promise<Packet[]> {
    const got = [await next()];
    while (!isLast(got.at(-1) as Packet)) got.push(await next());
    return got;
  }
  async function ended(): Promise<Packet[]> {
    while (!closed) await change();
    return packets.splice(0);
  }
  function change(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
    });
  }
}

function isBytes(part: Packet | Buffer | readonly number[]): part is Buffer | readonly number[] {
  return Buffer.isBuffer(part) || Array.isArray(part);
}

let ids = 0;

/** A client id nobody had before. */
export function freshId(): string {
  ids += 1;
  return `raw${ids}`;
}

/** CONNECT with the key of `anna`. */
export function hello(fields: Partial<IConnectPacket> = {}): IConnectPacket {
  const login = { username: 'anna', password: Buffer.from(keyOf('anna')) };
  const session = { clientId: freshId(), clean: true, keepalive: 0 };
  return { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, ...session, ...login, ...fields };
}

/** A client that has been let in, and its CONNACK. */
export async function enter(
  broker: TestBroker,
  fields: Partial<IConnectPacket> = {},
): Promise<RawClient & { connack: Packet }> {
  const client = visit(broker);
  client.send(hello(fields));
  return Object.assign(client, { connack: await client.next() });
}

export function publish(topic: string, payload: string, fields: Partial<IPublishPacket> = {}): IPublishPacket {
  return { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...fields };
}

export function subscribe(
  messageId: number,
  ...filters: (readonly [topic: string, qos: 0 | 1 | 2])[]
): ISubscribePacket {
  return {
    cmd: 'subscribe',
    messageId,
    subscriptions: filters.map(([topic, qos]) => ({ topic, qos })),
  } as ISubscribePacket;
}

/** A string as MQTT writes it: two bytes of length, then the bytes. */
export function text(content: string | readonly number[]): number[] {
  const bytes = typeof content === 'string' ? [...Buffer.from(content)] : content;
  return [bytes.length >> 8, bytes.length & 255, ...bytes];
}

/** A packet of less than 128 bytes: first byte, length, body. */
export function frame(first: number, ...body: number[]): number[] {
  return [first, body.length, ...body];
}

/** `topic=payload` with its flags: `q1`, `r` for retained, `d` for repeated. */
export function said(packet: Packet): string {
  if (packet.cmd !== 'publish') return packet.cmd;
  const { topic, payload, qos, retain, dup } = packet;
  return `${topic}=${payload.toString()} q${qos}${retain ? ' r' : ''}${dup ? ' d' : ''}`;
}
