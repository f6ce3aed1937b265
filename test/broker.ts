import { createServer } from 'node:http';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { Counter, Registry } from 'prom-client';
import { vi } from 'vitest';
import type { MqttLogins } from '../app/broker/login.ts';
import type { MqttController, MqttMessage } from '../app/broker/topics.ts';
import { type Broker, createBroker } from '../app/broker.ts';
import { type Certificates, openCertificates } from '../app/connections/certificates.ts';
import { redisOptions } from '../app/connections/redis.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { systemRandom } from '../lib/random.ts';
import type { Who } from '../models/who.ts';
import { testFolder } from './stores.ts';

export interface TestBroker extends Broker {
  readonly certificates: Certificates;
  readonly http: number;
  /** What the controller was handed, in order. */
  readonly messages: MqttMessage[];
  /** `reason` → how often. */
  refusals(): Promise<Record<string, number>>;
  /** A client of mqtt.js; ended with the broker. Reconnects only when told to; `heard` gets `topic=payload`. */
  client(options?: IClientOptions & { port?: number; heard?: string[] }): Promise<MqttClient>;
  end(): Promise<void>;
}

/** Account name → account. The key of each is the name spelt backwards. */
const ACCOUNTS: Record<string, number> = { anna: 1, bert: 2 };

export const keyOf = (name: string) => [...name].reverse().join('');

let ids = 0;

/** A broker on free ports whose controller is `to`; `devices` says who else may log in. */
export async function startTestBroker(
  redisUrl: string,
  to: MqttController = () => undefined,
  devices?: MqttLogins,
): Promise<TestBroker> {
  const registry = new Registry();
  const refusals = new Counter({
    name: 'r',
    help: 'r',
    labelNames: ['door', 'reason'] as const,
    registers: [registry],
  });
  const folder = testFolder('tls');
  const certificates = await openCertificates({
    folder,
    names: ['localhost'],
    clock: systemClock,
    random: systemRandom,
  });
  const messages: MqttMessage[] = [];
  const broker = createBroker({
    config: { mqttHost: '127.0.0.1', mqttPort: 0, mqttsPort: 0 },
    log: createLog('silent'),
    clock: systemClock,
    redis: redisOptions(redisUrl),
    users: { mqttLogin: (name, key) => mqttLogin(name, key) ?? devices?.mqttLogin(name, key) },
    routes: [{ path: 'emon/#', who: 'write', to: handle }],
    tls: certificates,
    metrics: { refusals },
  });
  const http = createServer((_, response) => response.end());
  broker.attachWebSocket(http);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  await broker.start();
  const clients: MqttClient[] = [];
  return {
    ...methods(broker),
    certificates,
    http: (http.address() as { port: number }).port,
    messages,
    refusals: async () =>
      Object.fromEntries((await refusals.get()).values.map(({ labels, value }) => [labels.reason, value])),
    client: async ({ heard, ...options } = {}) => {
      ids += 1;
      const client = connect({
        host: '127.0.0.1',
        port: broker.addresses().mqttPort,
        protocol: 'mqtt',
        username: 'anna',
        password: keyOf(options.username ?? 'anna'),
        clientId: `test-${ids}`,
        reconnectPeriod: 0,
        ...options,
      });
      clients.push(client);
      client.on('message', (topic, payload) => heard?.push(`${topic}=${payload.toString()}`));
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.on('error', reject);
        client.once('close', () => reject(new Error('closed')));
      });
      return client;
    },
    end: async () => {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await broker.stop();
      await new Promise((resolve) => http.close(resolve));
    },
  };

  function handle(message: MqttMessage): Promise<void> | undefined {
    messages.push(message);
    return to(message);
  }
}

function mqttLogin(username: string, key: string): Who | undefined {
  const account = ACCOUNTS[username];
  if (account === undefined || key !== keyOf(username)) return undefined;
  return { account, user: null, role: 'adult', by: 'write key', timezone: 'Europe/London' };
}

function methods(broker: Broker): Broker {
  return {
    start: () => broker.start(),
    stop: () => broker.stop(),
    publish: (...args) => broker.publish(...args),
    attachWebSocket: (...args) => broker.attachWebSocket(...args),
    renewTls: (keys) => broker.renewTls(keys),
    addresses: () => broker.addresses(),
    stats: () => broker.stats(),
    cut: (login) => broker.cut(login),
    cutKey: (account) => broker.cutKey(account),
  };
}

/** Collects what a client is sent, as `topic=payload`. */
export function collect(client: MqttClient): string[] {
  const seen: string[] = [];
  client.on('message', (topic, payload) => seen.push(`${topic}=${payload.toString()}`));
  return seen;
}

/** Resolves when the client's connection has ended. */
export function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => (client.connected ? client.once('close', () => resolve()) : resolve()));
}

/** Waits until `check` no longer throws, however busy the machine is. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20 });
}
