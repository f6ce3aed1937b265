import { connect as connectTcp, type Socket } from 'node:net';
import mqttPacket from 'mqtt-packet';
import { afterEach, expect, test } from 'vitest';
import { collect, eventually, keyOf, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let broker: TestBroker;
afterEach(() => broker.end());

/** A subscriber to everything that reads its answers and then nothing more. */
async function sleeper(qos: 0 | 1): Promise<Socket> {
  const socket = connectTcp(broker.addresses().mqttPort, '127.0.0.1');
  socket.on('error', () => undefined);
  const login = { username: 'anna', password: Buffer.from(keyOf('anna')), clientId: 'sleeper' };
  socket.write(
    mqttPacket.generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      keepalive: 0,
      clean: true,
      ...login,
    }),
  );
  socket.write(mqttPacket.generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'emon/#', qos }] }));
  await new Promise<void>((resolve) => {
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes >= 9) resolve();
    });
  });
  return socket.removeAllListeners('data').pause();
}

test.each([0, 1] as const)('nobody waits for a subscriber that sleeps, messages with QoS %i', async (qos) => {
  broker = await startTestBroker(stores.redisUrl);
  const socket = await sleeper(qos);
  const awake = collect(
    await broker.client().then(async (client) => {
      await client.subscribeAsync('emon/+/last', { qos: 1 });
      return client;
    }),
  );
  const meter = await broker.client();
  const payload = 'x'.repeat(100_000);
  for (let count = 0; count < 200; count += 1) await meter.publishAsync('emon/meter/big', payload, { qos });
  await meter.publishAsync('emon/meter/last', '1', { qos: 1 });
  await eventually(() => expect(awake).toEqual(['emon/meter/last=1']));
  expect(broker.messages).toHaveLength(201);
  // who asked for everything is let go rather than kept waiting for; what may be missed passes a sleeper by
  expect(broker.stats().clients).toBe(qos === 0 ? 3 : 2);
  socket.destroy();
});
