import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sleep, systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { systemRandom } from '../../lib/random.ts';
import type { Device } from '../../models/device.ts';
import { DRIVERS } from '../../models/drivers/registry.ts';
import type { Fault } from '../../scripts/simulate/fault.ts';
import { type ShellyServer, shellyServer } from '../../scripts/simulate/shelly/server.ts';
import { type ShellyState, shellyState } from '../../scripts/simulate/shelly/state.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import { Poller } from './poller.ts';

const stores = await testStores();
const FAULTS = ['none', 'lying', 'slow', 'garbage', 'huge', 'vanish', 'twin'] as const;
type Luck = (typeof FAULTS)[number];

interface Plug {
  readonly state: ShellyState;
  readonly server: ShellyServer;
  device: Device;
}

const clock = new ManualClock(Date.UTC(2026, 0, 15, 12));
const house = new Map<Luck, Plug>();
let models: TestModels;
let poller: Poller;
let account: number;

beforeAll(async () => {
  models = await openModels({ stores, folder: testFolder('luck'), clock });
  for (const [family, driver] of DRIVERS) models.drivers.set(family, driver);
  account = await addHousehold(stores.db, { autoRecord: true });
  await models.users.load();
  for (const [number, luck] of FAULTS.entries()) {
    const state = shellyState({ kind: 'plug-s', mac: `A8032A00007${number}`, watts: 100 + number, clock });
    const base = { host: '127.0.0.1', port: 0, clock: systemClock, random: systemRandom };
    const server = await shellyServer({ state, ...base });
    house.set(luck, { state, server, device: await letIn(server) });
  }
  const { deviceHealth: health, deviceFeeds: feeds } = models;
  poller = new Poller({ ...models, health, feeds, clock, log: createLog('silent') });
  poller.start();
}, 60_000);

afterAll(async () => {
  const stopped = poller.stop();
  clock.advance(10_000);
  await stopped;
  for (const { server } of house.values()) await server.stop();
});

test('while all is well every device reads', async () => {
  await eventually(() => FAULTS.map(watts), [100, 101, 102, 103, 104, 105, 106]);
  await eventually(
    () => FAULTS.map(stateOf),
    FAULTS.map(() => 'online'),
  );
});

test('each that goes bad ends in a state that says why, and delays none', async () => {
  for (const fault of ['lying', 'slow', 'garbage', 'huge'] satisfies Fault[]) plugOf(fault).server.fault = fault;
  await plugOf('vanish').server.stop();
  await swapAddresses('twin', 'none');
  const before = counted('none');
  plugOf('none').state.loads[0]?.reboot(true);
  await eventually(() => Object.fromEntries(FAULTS.map((luck) => [luck, [stateOf(luck), faultOf(luck)]])), {
    none: ['online', undefined],
    lying: ['online', undefined],
    slow: ['offline', 'timeout'],
    garbage: ['offline', 'garbled'],
    huge: ['offline', 'too large'],
    vanish: ['offline', 'unreachable'],
    twin: ['offline', 'answer'],
  });
  expect(models.deviceHealth.of(plugOf('lying').device.id).valid).toBe(false);
  expect(watts('lying')).toBe(101);
  await eventually(() => clock.seconds() - (inputOf('none', 'power_w')?.time ?? 0) < 15, true);
  expect(counted('none')).toBeGreaterThanOrEqual(before);
});

test('who comes back, at a new address too, goes on where it was', async () => {
  plugOf('garbage').server.fault = 'none';
  const { state, device } = plugOf('vanish');
  const server = await shellyServer({ state, host: '127.0.0.1', port: 0, clock: systemClock, random: systemRandom });
  house.set('vanish', { state, server, device });
  const found = await DRIVERS.get('shelly1')?.identify?.(server.address, models.ports);
  if (found) await models.inbox.seen(account, found);
  await eventually(() => [stateOf('garbage'), stateOf('vanish')], ['online', 'online']);
  expect(models.devices.list(account)).toHaveLength(FAULTS.length);
  expect(models.inbox.list(account).pending).toEqual([]);
});

async function letIn(server: ShellyServer): Promise<Device> {
  const found = await DRIVERS.get('shelly1')?.identify?.(server.address, models.ports);
  if (!found) throw new Error('not found');
  await models.inbox.seen(account, found);
  const [entry] = models.inbox.list(account).pending;
  const [device] = await models.inbox.approve(account, entry?.key ?? '', {}, 'anna');
  if (!device) throw new Error('not let in');
  return device;
}

/** Moves time on, and lets the network keep up, until `look` gives what is expected; on a busy machine that takes longer. */
async function eventually(look: () => unknown, expected: unknown): Promise<void> {
  for (let second = 0; second < 600 && !isDeepStrictEqual(look(), expected); second += 1) {
    clock.advance(1000);
    await sleep(systemClock, 20);
  }
  expect(look()).toEqual(expected);
}

/** The first is where the second is: it has got another's address. */
async function swapAddresses(first: Luck, second: Luck): Promise<void> {
  await models.devices.set(plugOf(first).device.id, { address: plugOf(second).server.address });
}

function plugOf(luck: Luck): Plug {
  return house.get(luck) as Plug;
}

function stateOf(luck: Luck): string {
  return models.deviceHealth.of(plugOf(luck).device.id).state;
}

function faultOf(luck: Luck): string | undefined {
  return models.deviceHealth.of(plugOf(luck).device.id).recent.at(-1)?.fault;
}

function inputOf(luck: Luck, name: string) {
  return models.inputs.byName(account, plugOf(luck).device.node, name);
}

function watts(luck: Luck): number | null | undefined {
  return inputOf(luck, 'power_w')?.value;
}

function counted(luck: Luck): number {
  return inputOf(luck, 'energy_kwh')?.value ?? 0;
}
