import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../models/who.ts';
import { fakeFamily } from '../../test/fake-driver.ts';
import { PASSWORD, type PageApp, pageApp } from '../../test/page-app.ts';
import { registration } from '../../test/people.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const DAY = 86_400;

describe('/api/v1/schedules', () => {
  let app: PageApp;
  let device: number;
  let meter: number;
  const as = (role: Role) => app.browserOf(role);
  const make = async (fields: object = {}, role: Role = 'adult') =>
    (await as(role)).post('/api/v1/schedules').send({ device, ...fields });

  beforeAll(async () => {
    app = await pageApp(stores);
    await app.browserOf('owner');
    app.drivers.set('fake', fakeFamily().driver);
    const found = {
      family: 'fake',
      identity: 'aa',
      address: null,
      type: '',
      model: '',
      name: 'Car',
      supported: true,
    } as const;
    device = (await app.devices.adopt(1, found, { now: 0 })).id;
    meter = (await app.devices.create(1, 'meter', {})) ?? 0;
  });
  beforeEach(async () => {
    for (const { id } of app.schedules.list(1)) await app.schedules.remove(id);
  });

  test.each<[role: Role | 'nobody', status: number]>([
    ['nobody', 401],
    ['guest', 403],
    ['adult', 200],
    ['owner', 200],
  ])('%s makes one: %i', async (role, status) => {
    const browser = role === 'nobody' ? app.visitor() : await as(role);
    const { id } = (await make()).body;
    await browser.post('/api/v1/schedules').send({ device }).expect(status);
    await browser.patch(`/api/v1/schedules/${id}`).send({ name: 'x' }).expect(status);
    await browser.post(`/api/v1/schedules/${id}/skip`).expect(status);
    await browser.post(`/api/v1/schedules/${id}/pause`).send({ until: '2026-02-01' }).expect(status);
    await browser.post(`/api/v1/schedules/${id}/change`).send({ day: '2026-02-02', change: {} }).expect(status);
    await browser.post(`/api/v1/devices/${device}/boost`).send({ minutes: 0 }).expect(status);
    await browser.put('/api/v1/holidays').send({ dates: [] }).expect(status);
    await browser.delete(`/api/v1/schedules/${id}`).expect(status === 200 ? 204 : status);
  });

  test('a guest looks; defaults are those of an alarm clock', async () => {
    await make({ name: 'Weekdays' });
    const { body } = await (await as('guest')).get(`/api/v1/schedules?device=${device}`).expect(200);
    const next = { day: '2026-01-16', readyBy: Date.UTC(2026, 0, 16, 8) / 1000, from: Date.UTC(2026, 0, 15, 8) / 1000 };
    expect(body.schedules).toMatchObject([{ name: 'Weekdays', mode: 'smart', readyBy: '08:00', next, boost: null }]);
    expect((await (await as('guest')).get(`/api/v1/schedules?device=${meter}`)).body.schedules).toEqual([]);
  });

  test.each<[what: string, fields: () => object, sentence: RegExp]>([
    ['no such device', () => ({ device: 999 }), /999 does not exist/],
    ['a device that cannot be switched', () => ({ device: meter }), /cannot be switched/],
    [
      'a state of charge nobody tells',
      () => ({ need: { kind: 'charge', capacityWh: 40_000, target: 0.8, current: { input: 999 } } }),
      /Input 999/,
    ],
    ['a forecast nobody set up', () => ({ mix: [{ source: 'grid' }] }), /no forecast grid/],
    ['no deadline', () => ({ readyBy: null }), /by when/],
    ['no day', () => ({ repeat: null }), /which days/],
    ['a timer without times', () => ({ mode: 'timer' }), /at least one time/],
    ['longer than it may take', () => ({ need: { kind: 'time', seconds: 90_000 } }), /25 h/],
    ['longer than its part of the day', () => ({ within: 3600 }), /within which/],
    ['more blocks than starts', () => ({ interruptible: true, blocks: 3, maxStarts: 2 }), /3 starts/],
    ['no time of day', () => ({ readyBy: '8 o’clock' }), /readyBy/],
    ['no date', () => ({ skip: ['tomorrow'] }), /skip/],
  ])('%s is refused in a sentence', async (_what, fields, sentence) => {
    const { status, body } = await make(fields());
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(sentence);
  });

  test('what is left out of a change stays', async () => {
    const { id } = (await make({ name: 'Car', never: [{ from: '17:00', to: '20:00' }] })).body;
    const { body } = await (await as('adult')).patch(`/api/v1/schedules/${id}`).send({ readyBy: '07:15' }).expect(200);
    expect(body).toMatchObject({ name: 'Car', readyBy: '07:15', never: [{ from: '17:00', to: '20:00' }] });
    await (await as('adult')).patch(`/api/v1/schedules/${id}`).send({ redyBy: '07:15' }).expect(400);
    await (await as('adult')).patch(`/api/v1/schedules/${id}`).send({ readyBy: null }).expect(400);
  });

  test('a device that cannot be switched any more keeps nobody from changing the rest', async () => {
    const { id } = (await make()).body;
    const fake = app.drivers.get('fake');
    app.drivers.delete('fake');
    const { status } = await (await as('adult')).patch(`/api/v1/schedules/${id}`).send({ mode: 'off' });
    if (fake) app.drivers.set('fake', fake);
    expect(status).toBe(200);
  });

  test('skip the next, only tomorrow earlier, pause', async () => {
    const browser = await as('adult');
    const { id } = (await make()).body;
    const path = `/api/v1/schedules/${id}`;
    expect((await browser.post(`${path}/skip`)).body.next.day).toBe('2026-01-17');
    expect((await browser.post(`${path}/skip`).send({ undo: true })).body.next.day).toBe('2026-01-16');
    const { body } = await browser.post(`${path}/change`).send({ change: { readyBy: '06:00' } });
    expect(body.next.readyBy).toBe(Date.UTC(2026, 0, 16, 6) / 1000);
    expect((await browser.post(`${path}/change`).send({ change: null })).body.next.readyBy % DAY).toBe(8 * 3600);
    await browser.post(`${path}/change`).send({ day: '2026-01-10', change: {} }).expect(400);
    expect((await browser.post(`${path}/pause`).send({ until: '2026-02-01' })).body.next.day).toBe('2026-02-01');
    expect((await browser.post(`${path}/pause`).send({ until: null })).body.next.day).toBe('2026-01-16');
  });

  test('a boost is kept over a restart and ends by itself', async () => {
    const browser = await as('adult');
    const until = app.clock.seconds() + 1800;
    const { body } = await browser.post(`/api/v1/devices/${device}/boost`).send({ minutes: 30 }).expect(200);
    expect(body).toEqual({ boost: { until, by: 'adult' } });
    await app.schedules.load();
    expect(app.schedules.boostOf(device)).toMatchObject({ until });
    app.clock.advance(1_800_000);
    expect(app.schedules.boostOf(device)).toBeNull();
    await browser.post(`/api/v1/devices/${device}/boost`).send({ minutes: 5 });
    expect((await browser.post(`/api/v1/devices/${device}/boost`).send({ minutes: 0 })).body).toEqual({ boost: null });
  });

  test('holidays', async () => {
    const browser = await as('adult');
    const repeat = { weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: 'never' };
    const { id } = (await make({ repeat })).body;
    await browser
      .put('/api/v1/holidays')
      .send({ dates: ['2026-01-17', '2026-01-16', '2026-01-16'] })
      .expect(200);
    expect((await browser.get('/api/v1/holidays')).body).toEqual({ dates: ['2026-01-16', '2026-01-17'] });
    expect((await browser.get(`/api/v1/schedules/${id}`)).body.next.day).toBe('2026-01-18');
    await browser.put('/api/v1/holidays').send({ dates: [] });
  });

  test('at most 16 a device; all of it is there after a restart; what is over is let go', async () => {
    const told: number[] = [];
    const stop = app.schedules.listen((_account, id) => told.push(id));
    const skip = ['2026-01-10', '2026-01-20', '2026-01-20'];
    for (let count = 0; count < 16; count += 1) expect((await make({ name: `${count}`, skip })).status).toBe(200);
    expect((await make()).status).toBe(400);
    expect(told).toEqual(Array(16).fill(device));
    stop();
    const before = app.schedules.list(1);
    await app.schedules.load();
    expect(app.schedules.list(1)).toEqual(before);
    expect(before[0]?.skip).toEqual(['2026-01-20']);
  });

  test('another household sees and changes nothing of it; the log says who did what', async () => {
    const { id } = (await make()).body;
    await app.schedules.change(id, { name: 'ours' });
    const other = await app.users.register(registration({ username: 'stranger', language: 'en', password: PASSWORD }));
    expect(other.ok).toBe(true);
    const browser = app.visitor();
    await browser.post('/sign-in').type('form').send({ username: 'stranger', password: PASSWORD }).expect(303);
    expect((await browser.get('/api/v1/schedules')).body).toEqual({ schedules: [] });
    await browser.get(`/api/v1/schedules/${id}`).expect(404);
    await browser.delete(`/api/v1/schedules/${id}`).expect(404);
    await browser.post('/api/v1/schedules').send({ device }).expect(400);
    await browser.post(`/api/v1/devices/${device}/boost`).send({ minutes: 5 }).expect(404);
    await app.audit.settled();
    const [entry] = await app.audit.list(1, 1);
    expect(entry).toMatchObject({ actor: 'adult', action: 'schedule made', device });
  });

  test('a device takes its schedules with it', async () => {
    await make();
    await app.schedules.removeDevice(device);
    expect(app.schedules.ofDevice(device)).toEqual([]);
    await app.schedules.load();
    expect(app.schedules.ofDevice(device)).toEqual([]);
  });
});
