import { beforeAll, expect, test } from 'vitest';
import { parseSchedule } from '../../models/schedule/schedule.ts';
import { scheduleTexts } from '../../models/schedule/schedule-form.ts';
import { fakeFamily } from '../../test/fake-driver.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let app: PageApp;
let device: number;
let id: number;

beforeAll(async () => {
  app = await pageApp(stores);
  await app.browserOf('owner');
  app.drivers.set('fake', fakeFamily().driver);
  const found = { family: 'fake', identity: 'aa', address: null, type: '', model: '', name: 'Car', supported: true };
  device = (await app.devices.adopt(1, found, { now: 0 })).id;
  id = (await app.schedules.create(1, parseSchedule({ device, name: 'Night' }))).id;
});

const typed = (name: string) => ({ device, ...scheduleTexts(parseSchedule({ device })), name });

const CASES: [title: string, path: () => string, form: () => object, action: string, detail: string][] = [
  ['schedule made', () => '', () => typed('Day'), 'schedule made', ''],
  ['schedule changed', () => `/${id}`, () => typed('Night'), 'schedule changed', 'Night'],
  ['schedule skipped', () => `/${id}/skip`, () => ({}), 'schedule skipped', '2026-01-16'],
  ['schedule unskipped', () => `/${id}/skip`, () => ({ wish: 'undo' }), 'schedule unskipped', ''],
  ['schedule paused', () => `/${id}/pause`, () => ({ until: '2026-02-01' }), 'schedule paused', '2026-02-01'],
  ['schedule resumed', () => `/${id}/pause`, () => ({ wish: 'resume' }), 'schedule resumed', ''],
  [
    'schedule changed once',
    () => `/${id}/change`,
    () => ({ day: '2026-01-17', changeReadyBy: '06:00' }),
    'schedule changed once',
    '2026-01-17',
  ],
  ['device boosted', () => '/boost', () => ({ device, minutes: 30 }), 'device boosted', 'for 30 min'],
  ['boost ended', () => '/boost', () => ({ device, minutes: 0 }), 'boost ended', ''],
  ['schedule removed', () => `/${id}/remove`, () => ({ sure: 'yes' }), 'schedule removed', 'Night'],
];

test.each(CASES)('%s, by a page, is in the audit trail', async (_, path, form, action, detail) => {
  const browser = await app.browserOf('adult');
  await browser.post(`/schedules${path()}`).type('form').send(form()).expect(303);
  await app.audit.settled();
  const [entry] = await app.audit.list(1, 1);
  expect(entry).toMatchObject({ actor: 'adult', action, device, detail: expect.stringContaining(detail) });
});

test('a guest leaves none, for nothing is done', async () => {
  await app.audit.settled();
  const before = await app.audit.list(1);
  await (await app.browserOf('guest')).post('/schedules/boost').type('form').send({ device, minutes: 5 }).expect(403);
  await app.audit.settled();
  expect(await app.audit.list(1)).toEqual(before);
});
