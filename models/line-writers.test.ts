import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../lib/manual-clock.ts';
import { addHousehold, openModels, type TestModels } from '../test/household.ts';
import { testFolder, testStores } from '../test/stores.ts';
import { influx } from './drivers/influx.ts';
import { lineReadings } from './line-readings.ts';

const stores = await testStores();
const NOW = 1_800_000_000;

describe('who writes in line protocol', () => {
  let models: TestModels;
  let account: number;
  let clock: ManualClock;

  beforeEach(async () => {
    await stores.clear();
    account = await addHousehold(stores.db);
    clock = new ManualClock(NOW * 1000);
    models = await openModels({ stores, folder: mkdtempSync(join(testFolder(), 'm-')), clock });
    models.drivers.set('influx', influx);
  });

  /** An upload as the door takes it. */
  async function write(text: string): Promise<void> {
    const readings = lineReadings(text, 's', clock.seconds());
    await models.inputs.receive(account, readings);
    await models.lineWriters.wrote(account, readings);
  }
  const pending = () => models.inbox.list(account).pending.map(({ found }) => found);
  const approve = (name?: string) => {
    const key = models.inbox.list(account).pending[0]?.key ?? '';
    return models.inbox.approve(account, key, { ...(name && { name }), room: 'Attic' }, 'Megan');
  };

  test('waits in the inbox, one for each host’s measurement, and is recorded all the same', async () => {
    await write('heat,host=pi,unit=W power=420\nheat,host=shed power=7\npower value=3');
    expect(pending().map(({ family, identity, name, node }) => [family, identity, name, node])).toEqual(
      ['heat_pi', 'heat_shed', 'power'].map((node) => ['influx', node, node, node]),
    );
    expect(pending()[0]?.note).toBe('It writes power. This is recorded, whatever you decide.');
    expect(models.inputs.byName(account, 'heat_pi', 'power')?.value).toBe(420);
  });

  test('that is let in keeps its node under whatever name, and counts as there while it writes', async () => {
    await write('heat,host=pi power=420');
    const [device] = await approve('Heat pump');
    expect(device).toMatchObject({ node: 'heat_pi', name: 'Heat pump', room: 'Attic', family: 'influx' });
    expect(models.deviceHealth.of(device?.id ?? 0).state).toBe('unknown');
    clock.advance(31_000);
    await write('heat,host=pi power=430');
    expect(pending()).toEqual([]);
    expect(models.deviceHealth.of(device?.id ?? 0)).toMatchObject({ state: 'online', heard: NOW + 31 });
    expect(models.inputs.byName(account, 'heat_pi', 'power')?.value).toBe(430);
  });

  test('that is ignored is recorded and not shown again; forgotten, it is new', async () => {
    await write('heat,host=pi power=420');
    const [entry] = models.inbox.list(account).pending;
    await models.inbox.ignore(account, entry?.key ?? '', 'Megan');
    clock.advance(31_000);
    await write('heat,host=pi power=421');
    expect(pending()).toEqual([]);
    expect(models.inputs.byName(account, 'heat_pi', 'power')?.value).toBe(421);
    await models.inbox.forget(account, entry?.key ?? '');
    clock.advance(31_000);
    await write('heat,host=pi power=422');
    expect(pending()).toHaveLength(1);
  });

  test('that is a device by another way is not found again', async () => {
    await models.devices.create(account, 'heat_pi', { type: 'emontx' });
    await write('heat,host=pi power=420');
    expect(pending()).toEqual([]);
  });

  test('is looked at twice a minute, and no other household sees it', async () => {
    await write('heat,host=pi power=420');
    models.inbox.clear(account);
    clock.advance(29_000);
    await write('heat,host=pi power=420');
    expect(pending()).toEqual([]);
    clock.advance(1000);
    await write('heat,host=pi power=420');
    expect(pending()).toHaveLength(1);
    expect(models.inbox.list(await addHousehold(stores.db)).pending).toEqual([]);
  });

  test('of ten thousand names leaves the inbox bounded', async () => {
    for (let at = 0; at < 10_000; at += 1)
      await models.lineWriters.wrote(account, [{ node: `n${at} <b>`, time: NOW, values: [['v', 1]] }]);
    expect(pending()).toHaveLength(100);
    expect(models.inbox.list(account).more).toBe(1000);
    expect(pending()[0]?.identity).toMatch(/^n\d+__b_$/);
  });
});
