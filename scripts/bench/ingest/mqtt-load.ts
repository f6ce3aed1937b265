import { connect, type Socket } from 'node:net';
import mqtt from 'mqtt-packet';

/**
 * Publishes readings with QoS 1 from several connections, each with a full window of unacknowledged ones, and prints how
 * many were acknowledged in how many milliseconds. The packets are put together by hand, so that the load costs less
 * than what it measures. Arguments: port, account name, key, connections, milliseconds, Unix seconds of the first reading.
 */
const [port, username = '', key = '', connections, duration, firstTime] = process.argv.slice(2);
/** Unacknowledged readings a connection has under way: enough that nobody waits for a round trip. */
const WINDOW = 1000;

let acknowledged = 0;
let counting = false;
const sockets = await Promise.all(Array.from({ length: Number(connections) }, (_, index) => open(index)));
for (const [index, socket] of sockets.entries()) load(socket, index);
await pause(300);
counting = true;
const started = performance.now();
await pause(Number(duration));
counting = false;
const ms = performance.now() - started;
process.stdout.write(`${JSON.stringify({ acknowledged, ms })}\n`);
process.exit(0);

async function open(index: number): Promise<Socket> {
  const socket = connect(Number(port), '127.0.0.1').setNoDelay(true);
  socket.write(
    mqtt.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 0,
      clientId: `bench-${index}`,
      username,
      password: Buffer.from(key),
    }),
  );
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('close', () => reject(new Error('closed before CONNACK')));
  });
  if (answer[0] !== 0x20 || answer[3] !== 0) throw new Error(`refused with code ${answer[3]}`);
  return socket;
}

/** Each PUBACK is four bytes, and each is answered by the next reading. */
function load(socket: Socket, index: number): void {
  const topic = Buffer.from(`emon/bench${index}`);
  let id = 0;
  let time = Number(firstTime);
  let partial = 0;
  socket.on('data', (chunk) => {
    const bytes = partial + chunk.length;
    const count = bytes >> 2;
    partial = bytes & 3;
    if (counting) acknowledged += count;
    send(count);
  });
  socket.on('close', () => {
    process.stderr.write('the server closed a connection\n');
    process.exit(1);
  });
  send(WINDOW);

  function send(count: number): void {
    const packets: Buffer[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      id = (id % 65535) + 1;
      time += 10;
      packets.push(packet(`{"time":${time},"power":${100 + (id % 3000)}.5}`));
    }
    if (packets.length > 0) socket.write(Buffer.concat(packets));
  }

  function packet(payload: string): Buffer {
    const length = 2 + topic.length + 2 + payload.length; // below 128, so one byte
    const bytes = Buffer.allocUnsafe(2 + length);
    bytes[0] = 0x32;
    bytes[1] = length;
    bytes.writeUInt16BE(topic.length, 2);
    topic.copy(bytes, 4);
    bytes.writeUInt16BE(id, 4 + topic.length);
    bytes.write(payload, 6 + topic.length, 'latin1');
    return bytes;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
