import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../../test/household.ts';
import { testFolder, testStores } from '../../test/stores.ts';
import type { Found } from '../drivers/driver.ts';
import { esp32 } from '../drivers/esp32.ts';
import { type Door, type Recorded, Sensors } from './sensors.ts';

const stores = await testStores();
const NOW = 1_800_000_000;

describe('sensors that post', () => {
  let models: TestModels;
  let sensors: Sensors;
  let account: number;
  let keyed: Door;
  let stranger: Door;
  let clock: ManualClock;
  let seen: Found[];
  let forwarded: Recorded[];
  let ignored: boolean;

  beforeEach(async () => {
    await stores.clear();
    account = await addHousehold(stores.db);
    clock = new ManualClock(NOW * 1000);
    models = await openModels({ stores, folder: mkdtempSync(join(testFolder(), 'm-')), clock });
    models.drivers.set('esp32', esp32);
    [seen, forwarded] = [[], []];
    ignored = false;
    sensors = started();
    keyed = { account, keyed: true, open: true };
    stranger = { account, keyed: false, open: false };
  });

  /** As after a start of the hub. */
  const started = () =>
    new Sensors({
      ...models,
      db: stores.db,
      inbox: { seen: async (_account, found) => void seen.push(found), isIgnored: () => ignored },
      forward: async (recorded) => void forwarded.push(...recorded),
      clock,
    });
  const fresh = () => openModels({ stores, folder: mkdtempSync(join(testFolder(), 'm-')), clock });
  async function restart(): Promise<void> {
    models = await fresh();
    models.drivers.set('esp32', esp32);
    sensors = started();
    await sensors.load();
  }
  const kept = () => stores.db.selectFrom('parked_readings').selectAll().execute();
  const post = (door: Door, body: unknown) => sensors.receive(door, Buffer.from(JSON.stringify(body)));
  const entry = (timestamp: unknown, more: object = { temperature: 21 }, name = '24:0A:C4:00:01:10') => ({
    name,
    timestamp,
    ...more,
  });
  const approve = (settings = {}) => models.devices.adopt(account, { ...found, settings }, { name: 'Attic', now: NOW });
  const input = (name = 'temperature') => models.inputs.byName(account, 'attic', name);

  test('of the household are recorded at their real times', async () => {
    await approve();
    const taken = await post(keyed, {
      name: '24:0a:c4:00:00:01',
      data: [entry(2696), entry(2706, { temperature: 22 })],
    });
    expect(taken).toEqual({ accepted: 2, rejected: [] });
    expect(input()).toMatchObject({ time: NOW, value: 22 });
    expect(forwarded.map(({ time }) => time)).toEqual([NOW - 10, NOW]);
  });

  test('that nobody knows wait in the inbox, and have their readings once they are let in', async () => {
    expect(await post(keyed, [entry(10), entry(20, { temperature: 23 })])).toEqual({ accepted: 2, rejected: [] });
    expect(seen).toMatchObject([{ family: 'esp32', identity: '240ac4000110', supported: true, settings: {} }]);
    expect(models.inputs.list(account)).toEqual([]);
    await approve();
    await expect.poll(() => input()?.value).toBe(23);
  });

  test('without a key are heard while somebody lets devices in, and afterwards where they were let in so', async () => {
    expect((await post(stranger, entry(10))).rejected).toHaveLength(1);
    expect(seen).toEqual([]);
    await post({ ...stranger, open: true }, entry(20));
    expect(seen).toMatchObject([{ settings: { keyless: true } }]);
    await approve({ keyless: true });
    expect(await post(stranger, entry(30))).toEqual({ accepted: 1, rejected: [] });
  });

  test('that nobody knows wait through a restart of the hub with their readings, at the times they had', async () => {
    await post({ ...stranger, open: true }, [entry(10), entry(20, { temperature: 23 })]);
    clock.advance(60_000);
    await post({ ...stranger, open: true }, entry(80, { temperature: 24 }));
    seen = [];
    clock.advance(3_600_000);
    await restart();
    expect(seen).toMatchObject([{ identity: '240ac4000110', settings: { keyless: true } }]);
    await approve({ keyless: true });
    await expect.poll(() => forwarded.map(({ time }) => time)).toEqual([NOW - 10, NOW, NOW + 60]);
    await expect.poll(kept).toEqual([]);
    expect(input()).toMatchObject({ time: NOW + 60, value: 24 });
  });

  test('that were let in when the hub died have what waited at its next start', async () => {
    await post(keyed, [entry(10)]);
    // the device was there, what it told was not recorded yet
    models = await fresh();
    await approve();
    await restart();
    await expect.poll(() => forwarded.length).toBe(1);
    await expect.poll(kept).toEqual([]);
  });

  test('that nobody knows are kept within bounds, the newest first', async () => {
    for (let at = 0; at < 8; at += 1)
      await post(
        keyed,
        Array.from({ length: 100 }, (_, more) => entry(at * 100 + more)),
      );
    expect(await kept()).toHaveLength(3);
    const names = Array.from({ length: 60 }, (_, at) => entry(1, { x: 1 }, `sensor-${at}`));
    const { accepted, rejected } = await post(keyed, names);
    expect([accepted, rejected.length]).toEqual([49, 11]);
    clock.advance(31 * 86_400_000);
    expect((await post(keyed, entry(1, { x: 1 }, 'sensor-new'))).accepted).toBe(1);
    expect(await kept()).toHaveLength(1);
  });

  test('that are ignored are refused, and nothing of them is kept', async () => {
    await post(keyed, entry(10));
    ignored = true;
    expect(await post(keyed, entry(20))).toEqual({
      accepted: 0,
      rejected: [{ index: 0, reason: 'ignored by the household' }],
    });
    expect(await kept()).toEqual([]);
  });

  test('a damaged row stops nothing', async () => {
    await post(keyed, entry(10));
    await stores.db.updateTable('parked_readings').set({ entries: '{"no' }).execute();
    await post(keyed, entry(20));
    sensors = started();
    await sensors.load();
    expect(seen.at(-1)).toMatchObject({ identity: '240ac4000110' });
  });

  test('let in with a key cannot be spoken for without one', async () => {
    await approve();
    expect(await post({ ...stranger, open: true }, entry(10))).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
    expect(input()).toBeUndefined();
  });

  test('what is sent again counts once', async () => {
    await approve();
    const batch = [entry(100), entry(110)];
    await post(keyed, batch);
    clock.advance(30_000);
    expect(await post(keyed, batch)).toEqual({ accepted: 2, rejected: [] });
    expect(forwarded).toHaveLength(2);
  });

  test('an entry that is wrong stops none of the others', async () => {
    await approve();
    const data = [entry(10), 'x', entry(20, {}), { timestamp: 1 }, entry(30, { a: {} }), entry(NOW + 1e8), entry(40)];
    const { accepted, rejected } = await post(keyed, data);
    expect(accepted).toBe(2);
    expect(rejected.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(input()).toMatchObject({ time: NOW, value: 21 });
  });

  test('one that never stops is held back, another is not', async () => {
    await approve();
    const flood = Array.from({ length: 1500 }, (_, at) => entry(at));
    const { accepted, rejected } = await post(keyed, flood);
    expect([accepted, rejected.length]).toEqual([1200, 300]);
    expect(await post(keyed, entry(1, { x: 1 }, '24:0A:C4:00:01:11'))).toEqual({ accepted: 1, rejected: [] });
  });

  test('that are switched off are refused', async () => {
    const { id } = await approve();
    await models.devices.set(id, { enabled: false });
    expect((await post(keyed, entry(10))).accepted).toBe(0);
  });

  test.each([
    ['no JSON', '{"a'],
    ['a word', '"x"'],
    ['nothing of the kind', '{"a":1}'],
    ['a gateway that is none', '{"name":"","data":[]}'],
  ])('%s is refused as a whole', async (_, body) => {
    await expect(sensors.receive(keyed, Buffer.from(body))).rejects.toMatchObject({ code: 'HUB_BAD_REQUEST' });
  });
});

const found: Found = {
  ...{ family: 'esp32', identity: '240ac4000110', address: null, model: 'ESP32 sensor', name: 'x', type: 'sensor' },
  supported: true,
};
