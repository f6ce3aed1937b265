import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMysql, mysqlSocketUrl } from '../../app/connections/mysql.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { onPortsOf, startHub, type TestHub } from '../hub.ts';
import {
  loginOf,
  PASSWORD,
  setUp,
  signedInAs,
  simulateDay,
  submit,
  submitRefused,
  testBrowser,
  type Window,
} from './browser.ts';
import { DARK, gate, LIGHT, type Look, ZOOMED } from './gate.ts';

/** What must hold of every page in every state it can be in, with scripts and without. The states follow each other. */
const LOOKS = [LIGHT, DARK, ZOOMED];
const { window } = testBrowser();
let hub: TestHub;
let owner: Window;
let plain: Window;
let visitor: Window;
let guest: Window;
let meter: MqttClient | undefined;

beforeAll(async () => {
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1' });
  owner = await window(hub);
  visitor = await window(hub);
  guest = await window(hub);
});
afterAll(async () => {
  await meter?.endAsync(true);
});

test('before anybody has an account', async () => {
  await expectFine(visitor, '/set-up');
  await visitor.fill('#username', 'x');
  await visitor.fill('#password', 'password');
  await submitRefused(visitor, 'main button');
  await expectFine(visitor);
  await setUp(owner, { name: 'Mair', home: 'Tan-y-bryn', zone: 'Europe/Paris' });
  plain = await window(hub, { javaScriptEnabled: false, ...(await signedInAs(owner)) });
});

test('an empty house', async () => {
  for (const path of [
    '/',
    '/devices',
    '/devices/wizard',
    '/devices/ask',
    '/devices/new',
    '/graph',
    '/feeds',
    '/inputs',
    '/costs',
    '/tariff',
    '/forecast',
    '/forecast/new?provider=upload',
    '/schedules',
  ])
    await expectFine(owner, path);
});

describe('a house that reports', () => {
  beforeAll(async () => {
    await owner.goto('/');
    const login = await loginOf(owner);
    await simulateDay(login, '--shift', 'now');
    meter = await connectAsync(login.url, login);
    await meter.publishAsync('emon/hall/temperature', '18.4', { qos: 1 });
  });

  test.each([
    '/',
    '/graph',
    '/graph?feed=1,2,3',
    '/inputs',
    '/inputs/1',
    '/feeds',
    '/feeds/1',
    '/feeds/new',
    '/account',
    '/people',
    '/nowhere',
  ])('%s', async (path) => {
    await expectFine(owner, path);
    await expectFine(plain, path, [DARK]);
  });

  test('everything unfolded', async () => {
    for (const path of ['/', '/graph?feed=1,2,3', '/account']) {
      await owner.goto(path);
      await owner.$$eval('details', (all) => {
        for (const details of all) details.open = true;
      });
      await expectFine(owner);
    }
  });

  test('a tariff, refused and set, and what it makes of the month', async () => {
    await owner.goto('/tariff');
    await owner.fill('#price', 'x');
    await submitRefused(owner, 'form[action="/tariff"] button');
    await expectFine(owner, undefined, [DARK]);
    await owner.fill('#price', '0.2485');
    await owner.fill('#from', '2020-01-01');
    await owner.fill('#standing', '0.53');
    await submit(owner, 'form[action="/tariff"] button');
    await owner.fill('#from', '2021-01-01');
    await submit(owner, 'form[action="/tariff"] button');
    await owner.fill('#grams', '180');
    await submit(owner, 'form[action="/tariff/carbon"] button');
    for (const path of ['/tariff', '/costs', '/costs?day=', '/costs?year=', '/reports', '/forecast', '/']) {
      await owner.goto(path);
      await owner.$$eval('details', (all) => {
        for (const details of all) details.open = true;
      });
      await expectFine(owner);
      await expectFine(plain, path, [DARK]);
    }
    for (const language of ['cy', 'de'])
      for (const path of ['/tariff?', '/costs?day=&', '/costs?week=&', '/graph?', '/forecast?', '/?'])
        await expectFine(plain, `${path}lang=${language}`, [DARK]);
  });

  test('reports, refused and ordered', async () => {
    await owner.goto('/reports');
    await owner.check('[name=monthly]');
    await owner.fill('#day', '32');
    await submitRefused(owner, 'form[action="/reports"] button');
    await expectFine(owner, undefined, [DARK]);
  });

  test('a report that was made', async () => {
    const line = (name: string, kWh: number, cost: number) => ({
      ...{ device: null, name, kWh, cost, grams: kWh * 180 },
      ...{ failed: null, missing: 1.5, invalid: null, powerOns: null },
    });
    const body = {
      ...{ currency: 'GBP', zone: 'Europe/Paris', standing: 530_000 },
      devices: [
        {
          ...line('Immersion heater of the long name in the hall cupboard', 3.21, 797_700),
          device: 1,
          failed: 0.5,
          powerOns: 4,
        },
      ],
      ...{ rest: line('rest', 8.4, 2_087_400), house: line('house', 11.61, 2_885_100) },
    };
    const day = { kind: 'day', begins: 1_767_225_600, ends: 1_767_312_000, made: 1_767_312_060, filed: 1 };
    const socket = join(hub.storage, 'run', 'mysql.sock');
    const { db, close } = await connectMysql({
      url: mysqlSocketUrl(socket),
      clock: systemClock,
      log: createLog('silent'),
    });
    await db
      .insertInto('reports')
      .values({ account: 1, ...day, body: JSON.stringify(body) })
      .execute();
    await close();
    await owner.goto('/reports');
    const path = (await owner.getAttribute('main a[href^="/reports/"]', 'href')) ?? '';
    for (const page of ['/reports', path]) {
      await expectFine(owner, page);
      await expectFine(plain, page, [DARK]);
    }
  });

  test('a schedule: new, refused, kept, listed, on its device’s page', async () => {
    await owner.goto('/devices/new?kind=relay');
    await owner.fill('#name', 'Plug');
    await owner.fill('#command', 'plug/command');
    await submit(owner, 'form[action="/devices/new"] button');
    await owner.goto('/schedules');
    const made = (await owner.getAttribute('#new a:text-is("Plug")', 'href')) ?? '';
    const device = new URL(made, hub.http).searchParams.get('device');
    await owner.goto(`/schedules/new?device=${device}`);
    await unfold();
    await owner.fill('#power', '2000');
    await expectFine(owner);
    await expectFine(plain, `/schedules/new?device=${device}`, [DARK]);
    await owner.fill('#hours', 'x');
    await submitRefused(owner, '#edit .btn.main');
    await expectFine(owner, undefined, [DARK]);
    await owner.fill('#hours', '2');
    await submit(owner, '#edit .btn.main');
    await unfold();
    await expectFine(owner);
    const kept = new URL(owner.url()).pathname;
    for (const path of [kept, '/schedules', `/devices/${device}`, '/']) {
      await expectFine(owner, path);
      await expectFine(plain, path, [DARK]);
    }
    for (const language of ['cy', 'de'])
      for (const path of [kept, '/schedules']) await expectFine(plain, `${path}?lang=${language}`, [ZOOMED]);
  });

  test('forms that were refused say why beside the field', async () => {
    await owner.goto('/feeds/new');
    await owner.fill('#name', '<b>');
    await submitRefused(owner, 'main form button');
    await expectFine(owner);
    await owner.goto('/feeds/1');
    await owner.fill('#delete-name', 'something else');
    await submitRefused(owner, 'form[action$="/delete"] button');
    await expectFine(owner, undefined, [DARK]);
    await owner.goto('/inputs/1');
    await submitRefused(owner, 'form[action$="/delete"] button');
    await expectFine(owner, undefined, [DARK]);
    await owner.goto('/account');
    await owner.fill('#old', 'not this');
    await owner.fill('#new', 'four dry sheep');
    await submitRefused(owner, 'form[action="/account/password"] button');
    await expectFine(owner, undefined, [DARK]);
  });

  test('a device by hand, of every kind, and what is wrong with it', async () => {
    for (const kind of ['plugin', 'relay', 'meter']) {
      await expectFine(owner, `/devices/new?kind=${kind}`);
      await expectFine(plain, `/devices/new?kind=${kind}`, [DARK]);
    }
    for (const kind of ['relay', 'meter']) {
      await owner.goto(`/devices/new?kind=${kind}`);
      await submitRefused(owner, 'form[action="/devices/new"] button');
      await expectFine(owner);
    }
  });

  test('an invitation, the page it leads to, and what the guest sees', async () => {
    await owner.goto('/people');
    await owner.fill('#name', 'Dafydd');
    await owner.click('label:has(input[value=guest])');
    await submit(owner, 'form[action="/people/invitations"] button');
    await expectFine(owner);
    await guest.goto(((await owner.textContent('#invitation')) ?? '').trim());
    await expectFine(guest);
    await guest.fill('#username', 'Dafydd');
    await guest.fill('#password', PASSWORD);
    await submit(guest, 'main button');
    for (const path of ['/', '/graph', '/inputs/1', '/feeds/1', '/forecast', '/account'])
      await expectFine(guest, path, [DARK]);
    await expectFine(guest, '/people', [DARK]);
  });

  test('another person, and the link that lets them back in', async () => {
    await owner.goto('/people');
    await owner.click('a[href^="/people/"]:not(.here):visible >> nth=-1');
    await owner.waitForURL(/people\/\d+$/);
    await expectFine(owner);
    await submit(owner, 'form[action$="/password"] button');
    await expectFine(owner);
    await visitor.goto(((await owner.textContent('#reset-link')) ?? '').trim());
    await expectFine(visitor);
  });

  test('the doors', async () => {
    for (const path of ['/sign-in', '/forgotten', '/nowhere', '/join/no-such-invitation', '/reset/no-such-link']) {
      await expectFine(visitor, path);
    }
    await visitor.goto('/sign-in');
    await visitor.fill('#username', 'Mair');
    await visitor.fill('#password', 'wrong');
    await submitRefused(visitor, 'main button');
    await expectFine(visitor);
  });

  test('a meter that is late, and one that is silent', async () => {
    const late = await houseHeard(640, 'Late');
    const silent = await houseHeard(2400, 'Silent');
    // After a restart nobody remembers when a reading was heard, so its own time counts.
    await hub.stop();
    hub = await startHub(onPortsOf(hub), hub.storage);
    for (const [page, state] of [
      [late, 'stale'],
      [silent, 'off'],
    ] as const) {
      await page.goto('/');
      expect(await page.getAttribute('#pulse', 'class')).toContain(`is-${state}`);
      await expectFine(page, undefined, [LIGHT, DARK]);
    }
  });
});

async function unfold(): Promise<void> {
  await owner.$$eval('details', (all) => {
    for (const details of all) details.open = true;
  });
}

/** A household of its own whose meter last spoke so many seconds ago. */
async function houseHeard(secondsAgo: number, name: string): Promise<Window> {
  const page = await window(hub);
  await setUp(page, { name });
  const login = await loginOf(page);
  await page.goto('about:blank');
  const client = await connectAsync(login.url, login);
  const now = systemClock.seconds();
  for (const ago of [secondsAgo + 60, secondsAgo]) {
    await client.publishAsync('emon/meter', JSON.stringify({ time: now - ago, power: 350 }), { qos: 1 });
  }
  await client.endAsync(true);
  return page;
}

/** Goes to `path`, or stays, and finds nothing wrong. */
async function expectFine(page: Window, path?: string, looks: readonly Look[] = LOOKS): Promise<void> {
  if (path !== undefined) await page.goto(path);
  await page.waitForLoadState('load');
  expect(await gate(page, looks)).toEqual([]);
  expect(page.troubles).toEqual([]);
}
