import { beforeAll, describe, expect, test } from 'vitest';
import { foundKey } from '../../models/found.ts';
import type { Role } from '../../models/who.ts';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const PLUG = { family: 'kasa', identity: '50c7bf000011', address: '192.168.1.7', type: 'plug' } as const;
const FOUND = { ...PLUG, model: 'HS110(EU)', name: '<b>Lamp</b>', supported: true };
const KEY = foundKey(FOUND);

describe('/api/v1/inbox', () => {
  let app: PageApp;
  let account: number;
  beforeAll(async () => {
    app = await pageApp(stores);
    await app.browserOf('owner');
    account = app.users.people(1)[0]?.account ?? 0;
    await app.inbox.seen(account, FOUND);
  });

  test.each<[role: Role | 'stranger', status: number]>([
    ['owner', 200],
    ['adult', 200],
    ['guest', 403],
    ['stranger', 401],
  ])('%s: %i', async (role, status) => {
    const browser = role === 'stranger' ? app.visitor() : await app.browserOf(role);
    const asks = [
      await browser.get('/api/v1/inbox'),
      ...(status === 200
        ? []
        : [
            await browser.post('/api/v1/discovery').send({ minutes: 5 }),
            await browser.post(`/api/v1/inbox/${KEY}/approve`).send({}),
            await browser.post(`/api/v1/inbox/${KEY}/ignore`).send({}),
            await browser.delete(`/api/v1/inbox/${KEY}`),
          ]),
    ];
    expect(asks.map((answer) => answer.status)).toEqual(asks.map(() => status));
    if (status !== 200) for (const { text } of asks) expect(text).not.toContain('50c7bf000011');
    expect(app.inbox.list(account).pending).toHaveLength(1);
  });

  test('lists what waits, its name as the device said it', async () => {
    const { body } = await (await app.browserOf('adult')).get('/api/v1/inbox').expect(200);
    expect(body).toMatchObject({ more: 0, ignored: [], seconds: 0 });
    expect(body.pending).toMatchObject([{ ...FOUND, key: KEY, note: null, outlets: [] }]);
  });

  test.each([
    ['a key that is none', 'x', 'approve', {}, 400],
    ['a device nobody found', '0123456789abcdef', 'approve', {}, 404],
    ['a device nobody found', '0123456789abcdef', 'ignore', {}, 404],
    ['a name with markup', KEY, 'approve', { name: '<b>' }, 400],
    ['a place that is none', KEY, 'approve', { place: 'over there!' }, 400],
  ])('%s', async (_, key, action, body, status) => {
    const browser = await app.browserOf('adult');
    await browser.post(`/api/v1/inbox/${key}/${action}`).send(body).expect(status);
    expect(app.devices.list(account)).toEqual([]);
  });

  test('looks for devices for a while', async () => {
    const browser = await app.browserOf('adult');
    await browser.post('/api/v1/discovery').send({ minutes: 99 }).expect(400);
    const { body } = await browser.post('/api/v1/discovery').send({ minutes: 5 }).expect(200);
    expect(body).toEqual({ seconds: 300 });
  });

  test('ignored, forgotten, found again and let in', async () => {
    const browser = await app.browserOf('adult');
    const { body } = await browser.post(`/api/v1/inbox/${KEY}/ignore`).send({}).expect(200);
    expect(body).toMatchObject({ pending: [], ignored: [{ key: KEY }] });
    await browser.delete(`/api/v1/inbox/${KEY}`).expect(200);
    await app.inbox.seen(account, FOUND);
    const approval = { name: 'Lamp', room: 'Hall', place: 'g3', password: 'secret' };
    const made = await browser.post(`/api/v1/inbox/${KEY}/approve`).send(approval).expect(200);
    expect(made.body.devices).toMatchObject([{ name: 'Lamp', node: 'lamp' }]);
    expect(app.devices.list(account)).toMatchObject([
      { ...PLUG, room: 'Hall', place: 'g3', settings: { password: 'secret' } },
    ]);
    expect(made.text).not.toContain('secret');
    await browser.post(`/api/v1/inbox/${KEY}/approve`).send({}).expect(404);
  });
});
