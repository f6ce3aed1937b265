import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { systemRandom } from '../lib/random.ts';
import { addHousehold } from '../test/household.ts';
import { testStores } from '../test/stores.ts';
import { type Device, DeviceModel } from './device.ts';
import { DeviceHealth } from './device-health.ts';
import type { Found } from './drivers/driver.ts';
import { EventModel, type HubEvent } from './events.ts';
import { foundKey } from './found.ts';
import { InboxModel } from './inbox.ts';
import { IgnoredStore } from './inbox-ignored.ts';

const { db } = await testStores();
const log = createLog('silent');

describe('the inbox', () => {
  let clock: ManualClock;
  let devices: DeviceModel;
  let health: DeviceHealth;
  let events: EventModel;
  let inbox: InboxModel;
  let account: number;
  let told: HubEvent[];
  let setUp: Device[];
  let notes: string[];

  beforeEach(async () => {
    clock = new ManualClock();
    account = await addHousehold(db);
    [told, setUp, notes] = [[], [], []];
    inbox = await opened();
    events.listen(account, (event) => void told.push(event));
  });
  afterEach(() => inbox.stop());

  test('what is found waits, and the open pages are told once', async () => {
    await inbox.seen(account, plug('000000000001'));
    await inbox.seen(account, plug('000000000002'));
    await inbox.seen(account, plug('000000000001'));
    expect(identities()).toEqual(['000000000001', '000000000002']);
    expect(told).toEqual([]);
    clock.advance(1000);
    expect(told).toEqual([{ name: 'inbox', data: { pending: 2, more: 0 }, deciders: true }]);
    await inbox.seen(account, plug('000000000001'));
    clock.advance(5000);
    expect(told).toHaveLength(1);
  });

  test('another household sees nothing of it', async () => {
    await inbox.seen(account, plug('000000000001'));
    const other = await addHousehold(db);
    expect(inbox.list(other)).toEqual({ pending: [], more: 0 });
    const key = foundKey(plug('000000000001'));
    await expect(inbox.approve(other, key, {}, 'eve')).rejects.toMatchObject({ code: 'HUB_INBOX_NOT_FOUND' });
    await expect(inbox.ignore(other, key, 'eve')).rejects.toMatchObject({ code: 'HUB_INBOX_NOT_FOUND' });
    await expect(inbox.forget(other, key)).rejects.toMatchObject({ code: 'HUB_INBOX_NOT_FOUND' });
  });

  test('whoever is approved becomes a device, with its place and its password', async () => {
    await inbox.seen(account, plug('000000000001', { settings: { topic: 'lamp' } }));
    const wish = { name: 'Lamp', room: 'Hall', place: 'w.r1.c2', settings: { password: 'secret' } };
    const [device] = await inbox.approve(account, foundKey(plug('000000000001')), wish, 'anna');
    expect(device).toMatchObject({
      name: 'Lamp',
      node: 'lamp',
      room: 'Hall',
      place: 'w.r1.c2',
      address: '192.168.1.5',
    });
    expect(device?.settings).toEqual({ topic: 'lamp', password: 'secret' });
    expect(setUp).toEqual([device]);
    expect(notes).toEqual(['anna: device approved, kasa 000000000001 as Lamp']);
    expect(identities()).toEqual([]);
    await inbox.seen(account, plug('000000000001'));
    expect(identities()).toEqual([]);
  });

  test('each outlet of a strip becomes a device', async () => {
    const outlet = (number: number) =>
      plug(`000000000001.0${number}`, { name: `Outlet ${number}`, settings: { child: number } });
    const strip = plug('000000000001', { children: [outlet(1), outlet(2)] });
    await inbox.seen(account, strip);
    const made = await inbox.approve(account, foundKey(strip), { name: 'Desk' }, 'anna');
    expect(made.map(({ name, settings }) => [name, settings])).toEqual([
      ['Desk Outlet 1', { child: 1 }],
      ['Desk Outlet 2', { child: 2 }],
    ]);
    await inbox.seen(account, strip);
    expect(identities()).toEqual([]);
    await devices.remove(made[1]?.id ?? 0);
    await inbox.seen(account, strip);
    expect(inbox.list(account).pending[0]?.found.children).toHaveLength(1);
  });

  test('what cannot be spoken to cannot be let in', async () => {
    await inbox.seen(account, plug('000000000001', { supported: false, note: 'firmware not supported' }));
    const approval = inbox.approve(account, foundKey(plug('000000000001')), {}, 'anna');
    await expect(approval).rejects.toMatchObject({
      code: 'HUB_BAD_REQUEST',
      sentence: 'Not supported: firmware not supported.',
    });
    expect(devices.list(account)).toEqual([]);
    expect(identities()).toEqual(['000000000001']);
  });

  test('a name that cannot be kept leaves it in the inbox', async () => {
    await inbox.seen(account, plug('000000000001'));
    const approval = inbox.approve(account, foundKey(plug('000000000001')), { name: '<b>' }, 'anna');
    await expect(approval).rejects.toMatchObject({ code: 'HUB_BAD_REQUEST' });
    expect(identities()).toEqual(['000000000001']);
  });

  test('what is ignored stays so after a restart, until somebody forgets it', async () => {
    const key = foundKey(plug('000000000001'));
    await inbox.seen(account, plug('000000000001'));
    await inbox.ignore(account, key, 'anna');
    await inbox.seen(account, plug('000000000001', { address: '192.168.1.99' }));
    expect(identities()).toEqual([]);
    inbox = await opened();
    await inbox.seen(account, plug('000000000001'));
    expect(identities()).toEqual([]);
    expect(inbox.ignored(account)).toMatchObject([{ key, found: { name: 'Plug', family: 'kasa' } }]);
    await inbox.forget(account, key);
    await inbox.seen(account, plug('000000000001'));
    expect(identities()).toEqual(['000000000001']);
  });

  test('an address that has changed is the device’s own new one, once it is no longer at the old', async () => {
    await inbox.seen(account, plug('000000000001'));
    const [device] = await inbox.approve(account, foundKey(plug('000000000001')), {}, 'anna');
    const { id = 0 } = device ?? {};
    health.answered(id, 'Plug');
    await inbox.seen(account, plug('000000000001', { address: '192.168.1.66' }));
    expect(devices.find(id)?.address).toBe('192.168.1.5');
    health.failed(id, 'Plug', new Error('gone'));
    health.failed(id, 'Plug', new Error('gone'));
    await inbox.seen(account, plug('000000000001', { address: '192.168.1.66' }));
    expect(devices.find(id)?.address).toBe('192.168.1.66');
    expect(identities()).toEqual([]);
  });

  test('a device that moves while it waits is one entry with its newest address', async () => {
    await inbox.seen(account, plug('000000000001'));
    await inbox.seen(account, plug('000000000001', { address: '192.168.1.66' }));
    await inbox.seen(account, plug('000000000001', { address: null, name: '' }));
    expect(inbox.list(account).pending).toMatchObject([{ found: { address: '192.168.1.66', name: 'Plug' } }]);
  });

  test('1,000 neighbours are a hundred and a number', async () => {
    for (let number = 0; number < 1000; number += 1) await inbox.seen(account, plug(`neighbour${number}`));
    for (let number = 0; number < 1000; number += 1) await inbox.seen(account, plug(`neighbour${number}`));
    expect(inbox.list(account)).toMatchObject({ more: 900 });
    expect(inbox.list(account).pending).toHaveLength(100);
    for (let number = 0; number < 5000; number += 1) await inbox.seen(account, plug(`flood${number}`));
    expect(inbox.list(account).more).toBe(1000);
    clock.advance(1000);
    expect(told).toHaveLength(1);
    inbox.clear(account);
    expect(inbox.list(account)).toEqual({ pending: [], more: 0 });
  });

  test('who is not seen for a day is forgotten', async () => {
    await inbox.seen(account, plug('000000000001'));
    clock.advance(23 * 3_600_000);
    await inbox.seen(account, plug('000000000002'));
    clock.advance(2 * 3_600_000);
    expect(identities()).toEqual(['000000000002']);
  });

  test.each<[string, Partial<Found>, Partial<Found> | null]>([
    ['markup in a name is text', { name: '<img src=x onerror=alert(1)>' }, { name: '<img src=x onerror=alert(1)>' }],
    ['control characters go', { name: 'a\u0000b\u001b[2Jc\n' }, { name: 'a b [2Jc' }],
    ['a long name is cut', { name: 'x'.repeat(10_000) }, { name: 'x'.repeat(64) }],
    ['huge settings are not kept', { settings: { x: 'x'.repeat(100_000) } }, { name: 'Plug' }],
    ['an address with blanks is none', { address: '1.2.3.4 evil' }, { address: null }],
    ['an identity with markup is none', { identity: '<b>' }, null],
    ['an empty identity is none', { identity: '' }, null],
    ['a strip of thousands has 32', { children: manyOutlets(5000) }, { children: manyOutlets(32) }],
  ])('%s', async (_, said, kept) => {
    await inbox.seen(account, plug('000000000001', said));
    const [entry] = inbox.list(account).pending;
    if (kept === null) expect(entry).toBeUndefined();
    else expect(entry?.found).toMatchObject(kept);
    expect(JSON.stringify(entry ?? {}).length).toBeLessThan(10_000);
  });

  test('a device with an evil name gets a plain one', async () => {
    const evil = plug('000000000001', { name: '<script>alert(1)</script>' });
    await inbox.seen(account, evil);
    const [device] = await inbox.approve(account, foundKey(evil), {}, 'anna');
    expect(device?.name).toBe('script alert 1 script');
  });

  async function opened(): Promise<InboxModel> {
    devices = new DeviceModel({ db, random: systemRandom });
    await devices.load();
    health = new DeviceHealth({ clock, log });
    events = new EventModel();
    const made = new InboxModel({
      ...{ devices, health, events, clock, log },
      ignored: new IgnoredStore({ db }),
      audit: { note: (_, { actor, action, detail }) => void notes.push(`${actor}: ${action}, ${detail}`) },
      setUp: async (device) => void setUp.push(device),
    });
    await made.load();
    return made;
  }

  function identities(): string[] {
    return inbox.list(account).pending.map(({ found }) => found.identity);
  }
});

function plug(identity: string, more: Partial<Found> = {}): Found {
  const base = {
    family: 'kasa',
    address: '192.168.1.5',
    model: 'HS110(EU)',
    name: 'Plug',
    type: 'plug',
    supported: true,
  };
  return { ...base, identity, ...more };
}

function manyOutlets(count: number): Found[] {
  return Array.from({ length: count }, (_, number) => plug(`000000000001.${number}`));
}
