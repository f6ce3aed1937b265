import { createSocket } from 'node:dgram';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { keyOf, startTestBroker, type TestBroker } from '../../test/broker.ts';
import { testStores } from '../../test/stores.ts';
import { credentialIn } from './plug/pairing.ts';
import { Plug } from './plug/plug.ts';
import { Relay } from './plug/relay.ts';

const stores = await testStores();

describe('what the firmware takes for a login', () => {
  test.each([
    ['three parts', 'u:p:emon', { username: 'u', password: 'p', topic: 'emon', port: 1883 }],
    ['four parts', 'u:p:emon:1884', { username: 'u', password: 'p', topic: 'emon', port: 1884 }],
    ['the oldest text', 'request registered', null],
    ['the later text', 'Authentication request registered for IP 192.168.0.9', null],
    ['an error with one colon', 'server error: none', null],
    ['five parts', 'a:b:c:1:e', null],
  ])('%s', (_, body, credential) => {
    const read = credentialIn(body, 'hub', 1883);
    expect(read).toEqual(credential && { host: 'hub', ...credential });
  });
});

describe('the relay', () => {
  const at = (time: string) => new Relay(new ManualClock(Date.parse(`2026-01-01T${time}:00Z`)));

  test.each([
    ['On', true],
    ['1', true],
    ['Off', false],
    ['on', false],
    ['timer', false],
  ])('%s', (word, on) => {
    const relay = at('12:00');
    relay.command('On');
    relay.command(word);
    expect(relay.isOn).toBe(on);
  });

  test.each([
    ['inside the first', '1100 1300', true],
    ['after it', '1000 1200', false],
    ['past midnight', '2300 1230', true],
    ['of no length', '1200 1200', false],
    ['inside the second', '0000 0000 1130 1230', true],
    ['of a wrong length', '1100 1300 ', false],
  ])('a timer: now is %s', (_, timers, on) => {
    const relay = at('12:00');
    relay.command('Timer');
    relay.setTimers(timers);
    expect(relay.isOn).toBe(on);
  });

  test('does not know when it does not know the time', () => {
    const relay = at('12:00');
    relay.command('Timer');
    relay.setTimers('1100 1300');
    relay.clockSet = false;
    expect(relay.isOn).toBe(false);
  });

  test('forgets at a reboot what came over MQTT', () => {
    const relay = at('12:00');
    relay.command('On');
    relay.reboot();
    expect([relay.mode, relay.isOn]).toEqual(['Off', false]);
  });
});

describe('from the beacon to the broker', () => {
  let broker: TestBroker;
  let hub: Server;
  let answers: string[];
  let asked: number;
  let plug: Plug;

  beforeEach(async () => {
    broker = await startTestBroker(stores.redisUrl);
    asked = 0;
    hub = createServer((_request, response) => {
      response.end(answers[Math.min(asked, answers.length - 1)]);
      asked += 1;
    });
    await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await plug.stop();
    await broker.end();
    hub.closeAllConnections();
    await new Promise((resolve) => hub.close(resolve));
  });

  const start = async (options: object = {}) => {
    const port = await freeUdpPort();
    plug = new Plug({
      ...{ node: 'smartplug1272', type: 'smartplug', clock: systemClock, retry: 0.05 },
      ...{ beaconPort: port, beaconAddress: '127.0.0.1', mqttPort: broker.addresses().mqttPort ?? 0 },
      httpPort: (hub.address() as AddressInfo).port,
      ...options,
    });
    await plug.start();
    return (text: string) => {
      const socket = createSocket('udp4');
      socket.send(text, port, '127.0.0.1', () => socket.close());
    };
  };
  const login = () => `anna:${keyOf('anna')}:emon`;

  test('it asks until it is let in, and then connects', async () => {
    answers = ['request registered', 'request registered', login()];
    const send = await start();
    send('cydynni.local');
    send('emonpi.local');
    await expect.poll(() => plug.isConnected, { timeout: 20_000 }).toBe(true);
    expect(asked).toBe(3);
  });

  test('an answer that was lost is asked for again', async () => {
    answers = [login()];
    const send = await start({ dropReplies: 1 });
    send('emonpi.local');
    await expect.poll(() => plug.isConnected, { timeout: 20_000 }).toBe(true);
    expect(asked).toBe(2);
  });
});

function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}
