import { beforeEach, expect, test } from 'vitest';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let app: PageApp;
let id: number;
beforeEach(async () => {
  await stores.clear();
  app = await pageApp(stores);
  await app.browserOf('owner');
  const account = app.users.find(1)?.account ?? 0;
  const found = { family: 'fake', identity: 'p1', address: null, model: '', name: 'p1', type: 'plug', supported: true };
  const made = await app.devices.adopt(account, found, { now: app.clock.seconds() });
  id = made.id;
  await app.deviceFeeds.take(made, { values: { power_w: 5, energy_wh: 10 }, valid: true }, app.clock.seconds());
});

test('what a device was set up by, and a feed that was removed comes back when asked', async () => {
  const owner = await app.browserOf('owner');
  const [device] = app.devices.all();
  const account = device?.account ?? 0;
  const power = app.inputs.byName(account, 'p1', 'power_w');
  await app.inputs.setProcessList(account, power?.id ?? 0, []);
  await app.feeds.remove(app.feeds.byName(account, 'p1', 'power_w')?.id ?? 0);
  const shown = await owner.get(`/api/v1/devices/${id}/template`);
  expect(shown.body).toMatchObject({
    templates: [{ feeds: ['power_w'], inputs: [{ name: 'power_w', action: 'set' }] }],
  });
  const applied = await owner.post(`/api/v1/devices/${id}/template`).set('sec-fetch-site', 'same-origin').send({});
  expect([applied.status, applied.body]).toMatchObject([200, { templates: [{ feeds: [], inputs: [] }] }]);
  expect(app.feeds.byName(account, 'p1', 'power_w')).toBeDefined();
  await app.audit.settled();
  expect(await app.audit.list(account)).toMatchObject([{ action: 'template applied', device: id, detail: 'p1' }]);
});

test('not another household’s, not by a guest, not with a wish nobody knows', async () => {
  const [owner, guest] = [await app.browserOf('owner'), await app.browserOf('guest')];
  const post = (by: typeof owner, path: string, body: object) =>
    by.post(path).set('sec-fetch-site', 'same-origin').send(body);
  expect((await post(owner, '/api/v1/devices/999/template', {})).status).toBe(404);
  expect((await post(guest, `/api/v1/devices/${id}/template`, {})).status).toBe(403);
  expect((await post(owner, `/api/v1/devices/${id}/template`, { replace: 'yes' })).status).toBe(400);
});

test('a plug-in’s device needs its plug-in and a person who may', async () => {
  const [owner, guest] = [await app.browserOf('owner'), await app.browserOf('guest')];
  const body = { type: 'my:socket', name: 'Lamp', address: '192.168.1.50' };
  const post = (by: typeof owner, more: object = {}) =>
    by
      .post('/api/v1/plugins/devices')
      .set('sec-fetch-site', 'same-origin')
      .send({ ...body, ...more });
  expect((await post(owner)).status).toBe(404);
  expect((await post(owner, { address: 'http://evil' })).status).toBe(400);
  expect((await post(guest)).status).toBe(403);
  expect((await owner.get('/api/v1/plugins')).body).toEqual({ plugins: [] });
  expect((await guest.get('/api/v1/plugins')).status).toBe(403);
});
