import { beforeEach, describe, expect, test } from 'vitest';
import { type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const FIRMWARE = 'application/x-www-form-urlencoded';
const reading = { name: '24:0A:C4:00:01:10', timestamp: 2696, temperature: 21 };
const envelope = { name: '24:0a:c4:00:00:01', data: [reading, { ...reading, timestamp: 'x', humidity: {} }] };

describe('the doors of sensors', () => {
  let house: PageApp;
  let key: string;
  let account: number;

  beforeEach(async () => {
    await stores.clear();
    house = await pageApp(stores);
    await house.browserOf('owner');
    account = house.users.houseAccount() ?? 0;
    key = house.users.keys(account).write;
  });

  const post = (path: string, body: object | string, type = FIRMWARE) =>
    house
      .visitor()
      .post(path)
      .set('Content-Type', type)
      .send(typeof body === 'string' ? body : JSON.stringify(body, null, '\t'));

  test.each([
    ['one object', '/device', reading, { accepted: 1, rejected: [] }],
    ['a list', '/telemetry', [reading, reading], { accepted: 2, rejected: [] }],
    [
      'an envelope, a slash behind',
      '/telemetry/',
      envelope,
      { accepted: 1, rejected: [{ index: 1, reason: 'humidity: not a number' }] },
    ],
    ['the older address', '/main/telemetry', [], { accepted: 0, rejected: [] }],
    ['a prefix', '/emoncms/device/', reading, { accepted: 1, rejected: [] }],
  ])('take %s', async (_, path, body, answer) => {
    for (const type of [FIRMWARE, 'application/json', 'text/plain']) {
      const said = await post(`${path}?apikey=${key}`, body, type);
      expect([said.status, said.body]).toEqual([200, answer]);
    }
    if (answer.accepted > 0) expect(house.inbox.list(account).pending).toHaveLength(1);
  });

  test.each([
    ['no JSON', '{"a', 400],
    ['nothing', '', 400],
    ['too much', `[${'1,'.repeat(600_000)}1]`, 413],
  ])('refuse %s', async (_, body, status) => {
    expect((await post(`/telemetry?apikey=${key}`, body)).status).toBe(status);
  });

  test('are shut to those without a key who are not of the house', async () => {
    expect((await post('/device', reading)).status).toBe(401);
    expect(house.inbox.list(account).pending).toEqual([]);
  });

  test.each([
    ['a read key', () => house.users.keys(account).read, 403],
    ['no key of ours', () => 'f'.repeat(32), 401],
  ])('are shut to %s', async (_, wrong, status) => {
    expect((await post(`/device?apikey=${wrong()}`, reading)).status).toBe(status);
  });

  test('are shut to a page in somebody’s browser', async () => {
    const browser = await house.browserOf('owner');
    expect((await browser.post('/device').set('Content-Type', FIRMWARE).send(JSON.stringify(reading))).status).toBe(
      403,
    );
  });
});
