import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sleep, systemClock } from '../lib/clock.ts';
import { projectRoot } from '../lib/project-root.ts';
import type { DeviceRef, Driver } from '../models/drivers/driver.ts';
import { kasa } from '../models/drivers/kasa.ts';
import { shelly1 } from '../models/drivers/shelly1.ts';
import { shelly2 } from '../models/drivers/shelly2.ts';
import { deviceOf, ownLoopback, portsTo } from './device-trial.ts';
import { startHub, type TestHub } from './hub.ts';
import { testFolder } from './stores.ts';
import { Visitor } from './visitor.ts';

/** The simulators as a person starts them: programs of their own, against a hub in a process of its own. */

let hub: TestHub;
let key: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1', HEARTH_LOOPBACK_DEVICES: '1' });
  const form = { username: 'anna', password: 'correct horse 7', email: 'anna@example.org', timezone: 'UTC' };
  const { text } = await new Visitor(hub.http).post('/user/register.json', form);
  key = (JSON.parse(text) as { apikey_write: string }).apikey_write;
}, 60_000);

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});
afterAll(() => hub?.stop());

interface Program {
  output(): string;
  readonly ended: Promise<number | null>;
}

function simulate(name: string, ...args: string[]): Program {
  const child = spawn(process.execPath, [join(projectRoot, 'build/scripts/simulate', `${name}.js`), ...args]);
  children.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      output += part.toString();
    });
  const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return { output: () => output, ended };
}

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${hub.http}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await answer.json()) as T;
}

async function until<T>(look: () => Promise<T | undefined> | T | undefined, what: () => string): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await sleep(systemClock, 100);
  }
  throw new Error(`waited in vain: ${what()}`);
}

interface Shown {
  readonly id: number;
  readonly family: string;
  readonly identity: string;
  readonly values: Record<string, number | null>;
  readonly reported: { readonly on: boolean } | null;
  readonly health: { readonly state: string };
}

async function deviceWhere(id: number, holds: (device: Shown) => boolean, program: Program): Promise<Shown> {
  const look = async () => {
    const device = await ask<Shown>('GET', `/api/v1/devices/${id}`);
    return holds(device) ? device : undefined;
  };
  return await until(look, () => `device ${id}; ${program.output()}`);
}

/** Lets in what the program announced. */
async function letIn(family: string, program: Program): Promise<number> {
  const found = await until(
    async () => {
      const { pending } = await ask<{ pending: { key: string; family: string }[] }>('GET', '/api/v1/inbox');
      return pending.find((one) => one.family === family);
    },
    () => `${family} in the inbox; ${program.output()}`,
  );
  const { devices } = await ask<{ devices: { id: number }[] }>('POST', `/api/v1/inbox/${found.key}/approve`, {});
  return devices[0]?.id ?? 0;
}

const broker = () => ['--url', hub.mqtt, '--username', 'anna', '--password', key];
const shellyArgs = ['--host', '127.0.0.1', '--port', '0', '--no-mdns'];

test.each([
  ['tasmota', 'tasmota', ['--period', '1', '--mac', 'A0:20:A6:00:00:51', '--topic', 'tasmota_51']],
  ['openevse2', 'openevse', ['--generation', '2', '--interval', '1', '--topic', 'emon/openevse']],
  ['openevse4', 'openevse', ['--generation', '4', '--interval', '1', '--topic', 'openevse', '--id', '0a1b2c3d51fe']],
  ['shelly1', 'shelly', [...shellyArgs, '--kind', 'plug-s', '--mac', 'A8:03:2A:00:00:51']],
  ['shelly2', 'shelly', [...shellyArgs, '--kind', 'plus-plug-s', '--mac', 'A8:03:2A:00:00:52']],
])(
  '%s announces itself, is read and switched, and is missed when it vanishes',
  async (family, name, args) => {
    const first = simulate(name, ...broker(), ...args);
    const id = await letIn(family, first);
    await deviceWhere(id, ({ values }) => (values.power_w ?? 0) > 0, first);
    for (const on of [false, true]) {
      expect(await ask('POST', `/api/v1/devices/${id}/switch`, { on })).toMatchObject({ done: true });
      await deviceWhere(id, ({ reported }) => reported?.on === on, first);
    }
    for (const child of children) child.kill('SIGKILL');
    await first.ended;
    const again = simulate(name, ...broker(), ...args, '--fault', 'vanish', '--fault-after', '2');
    await deviceWhere(id, ({ health }) => health.state === 'online', again);
    expect(await again.ended).toBe(0);
    await deviceWhere(id, ({ health }) => health.state === 'offline', again);
  },
  90_000,
);

test.each<[what: string, Driver, string, string[]]>([
  ['Kasa', kasa, 'kasa', ['--models', 'hs110v2']],
  ['Shelly of the first generation', shelly1, 'shelly', ['--kind', '3em', '--no-mdns', '--port', '8080']],
  [
    'a locked Shelly of the second',
    shelly2,
    'shelly',
    ['--kind', 'plus-plug-s', '--no-mdns', '--lock', 'secret', '--port', '8081'],
  ],
])(
  '%s is read at its address, counts anew after a reboot, and is not there once it has vanished',
  async (_, driver, name, args) => {
    const host = ownLoopback();
    const place = name === 'kasa' ? ['--address', host] : ['--host', host];
    const address = name === 'kasa' ? `${host}:9999` : `${host}:${args.at(-1)}`;
    const ports = portsTo();
    const running = simulate(name, ...place, ...args, '--fault', 'reboot', '--fault-after', '3');
    const found = await until(
      async () => (await driver.identify?.(address, ports).catch(() => null)) ?? undefined,
      () => running.output(),
    );
    const device: DeviceRef = deviceOf({ ...found, settings: { ...found.settings, password: 'secret' }, address });
    const before = await driver.read?.(device, ports);
    expect(before?.values.power_w).toBeGreaterThan(0);
    await until(
      async () => {
        const after = await driver.read?.(device, ports);
        const [was, is] = [before, after].map((reading) => reading?.values.energy_wh ?? 0);
        return (
          (is ?? 0) < (was ?? 0) || (after?.uptime ?? 99) < (before?.uptime ?? 0) || after?.on === false || undefined
        );
      },
      () => running.output(),
    );
    for (const child of children) child.kill('SIGKILL');
    await running.ended;
    const leaving = simulate(name, ...place, ...args, '--fault', 'vanish', '--fault-after', '2');
    await until(
      async () => (await driver.read?.(device, ports).catch(() => undefined)) ?? undefined,
      () => leaving.output(),
    );
    await until(
      async () =>
        (await driver.read?.(device, ports).then(
          () => undefined,
          () => true,
        )) ?? undefined,
      () => leaving.output(),
    );
  },
  90_000,
);

test('what a polled plug costs is told soon after it was let in', async () => {
  const versions = [{ from: '2020-01-01', import: { kind: 'flat', price: 250_000 } }];
  await ask('PUT', '/api/v1/tariff', { currency: 'GBP', versions });
  const plug = simulate('shelly', ...broker(), ...shellyArgs, '--kind', 'plug-s', '--mac', 'A8:03:2A:00:00:53');
  const id = await letIn('shelly1', plug);
  const began = systemClock.monotonic();
  interface Bill {
    readonly devices: readonly { readonly id: number }[];
    readonly total: { readonly devices: readonly { readonly kWh: number; readonly cost: number }[] };
  }
  const costOf = async () => {
    const now = systemClock.seconds();
    const { devices, total } = await ask<Bill>('GET', `/api/v1/costs?from=${now - 3600}&to=${now + 60}`);
    const line = total.devices[devices.findIndex((one) => one.id === id)];
    return line && line.cost > 0 ? line : undefined;
  };
  const { kWh, cost } = await until(costOf, () => `a cost of device ${id}; ${plug.output()}`);
  expect(cost).toBeCloseTo(kWh * 250_000, -1);
  process.stdout.write(`a cost ${((systemClock.monotonic() - began) / 1000).toFixed(1)} s after it was let in\n`);
}, 90_000);

test('an EmonESP plug asks the hub, is let in, and comes back after its power was cut', async () => {
  await ask('POST', '/api/v1/pairing/window', { minutes: 5 });
  const [http, mqtt] = [hub.http, hub.mqtt].map((url) => new URL(url).port);
  const args = ['--hub', '127.0.0.1', '--http-port', `${http}`, '--mqtt-port', `${mqtt}`, '--beacon-port', '0'];
  const plug = simulate('plug', ...args, '--retry', '1', '--reboot-after', '5');
  const allow = async () => {
    const answer = await ask<{ success?: boolean }>('GET', `/device/auth/allow.json?ip=127.0.0.1&apikey=${key}`);
    return answer.success && /allowed/.test(JSON.stringify(answer)) ? true : undefined;
  };
  await until(allow, () => plug.output());
  await until(
    () => (/smartplug1272: connected[\s\S]*reboots[\s\S]*connected/.test(plug.output()) ? true : undefined),
    () => plug.output(),
  );
}, 60_000);

test('sensors and their gateway post, one of them starting anew, and every reading is taken', async () => {
  const args = ['--url', hub.http, '--key', key, '--count', '7', '--interval', '0.2', '--reboot-every', '5'];
  const sensors = simulate('esp32', ...args);
  expect(await sensors.ended).toBe(0);
  const statuses = sensors
    .output()
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(statuses.length).toBeGreaterThan(0);
  for (const status of statuses) expect(status).toMatch(/^20\d$/);
}, 60_000);

test('a meter’s rows arrive', async () => {
  const file = join(testFolder('rows'), 'rows.csv');
  const now = systemClock.seconds();
  writeFileSync(file, `time,power\n${now - 20},100\n${now - 10},200\n`);
  const meter = simulate('meter', '--file', file, '--speed', 'max', '--node', 'gridmeter', ...broker());
  expect(await meter.ended).toBe(0);
  const value = async () => {
    const inputs = await ask<{ nodeid: string; name: string; value: number }[]>('GET', '/input/list.json');
    return inputs.find(({ nodeid, value }) => nodeid === 'gridmeter' && value === 200);
  };
  await until(value, () => meter.output());
}, 60_000);
