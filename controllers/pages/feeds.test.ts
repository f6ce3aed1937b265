import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { type DataApp, dataApp, type Visitor } from '../../test/data-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
/** 1 February 2007, midnight in Paris. */
const DAY = 1_170_284_400;
let hub: DataApp;
let feed: number;

beforeAll(async () => {
  hub = await dataApp(stores, new ManualClock((DAY + 7300) * 1000));
  feed = await hub.feeds.create(hub.account, { name: 'House power', tag: 'meter', unit: 'W', engine: 5, interval: 10 });
  await hub.series.append(
    [1000, 2000.5, Number.NaN, 4000].map((value, i) => ({ kind: 'point', feed, time: DAY + i * 10, value }) as const),
  );
  await hub.series.append([{ kind: 'point', feed, time: DAY + 7200, value: 500 }]);
});

const post = (path: string, form: Record<string, string>, visitor: Visitor = 'owner') =>
  request(hub.app).post(path).set('visitor', visitor).type('form').send(form);
const get = (path: string, visitor: Visitor = 'owner') => request(hub.app).get(path).set('visitor', visitor);

describe('who may do what with feeds', () => {
  const CASES: readonly [method: 'get' | 'post', path: string, visitor: Visitor, status: number][] = [
    ['get', '/feeds', 'nobody', 401],
    ['get', '/feeds', 'guest', 200],
    ['get', '/feeds/1', 'guest', 200],
    ['get', '/feeds/1', 'stranger', 404],
    ['get', '/feeds/99', 'owner', 404],
    ['get', '/feeds/1x', 'owner', 404],
    ['get', '/feeds/1/csv', 'guest', 200],
    ['get', '/feeds/1/csv', 'stranger', 404],
    ['get', '/feeds/new', 'guest', 403],
    ['get', '/feeds/new', 'adult', 200],
    ['post', '/feeds', 'guest', 403],
    ['post', '/feeds/1', 'guest', 403],
    ['post', '/feeds/1', 'stranger', 404],
    ['post', '/feeds/1/clear', 'guest', 403],
    ['post', '/feeds/1/clear', 'stranger', 404],
    ['post', '/feeds/1/delete', 'guest', 403],
    ['post', '/feeds/1/delete', 'stranger', 404],
  ];
  it.each(CASES)('%s %s as %s: %i', async (method, path, visitor, status) => {
    const answer = await request(hub.app)
      [method](path.replace('1', String(feed)))
      .set('visitor', visitor);
    expect(answer.status).toBe(status);
    expect(hub.feeds.find(feed)?.name).toBe('House power');
  });

  it('shows a guest no form that changes anything, and a stranger no feed', async () => {
    const seen = await get(`/feeds/${feed}`, 'guest');
    expect(seen.text).toContain('House power');
    expect(seen.text).not.toContain('method="post"');
    expect((await get('/feeds', 'stranger')).text).not.toContain('House power');
  });
});

describe('a feed’s life', () => {
  it('is made, changed and listed', async () => {
    const made = await post('/feeds', { name: 'Attic', tag: 'rooms', unit: '°C', interval: '300' });
    const path = made.headers.location ?? '';
    expect([made.status, path]).toEqual([303, expect.stringMatching(/^\/feeds\/\d+$/)]);
    const id = Number(path.split('/')[2]);
    expect(hub.feeds.find(id)).toMatchObject({ name: 'Attic', tag: 'rooms', unit: '°C', interval: 300, engine: 5 });
    await post(path, { name: 'Loft', tag: 'rooms', unit: 'K', public: 'yes' }).expect(303);
    expect(hub.feeds.find(id)).toMatchObject({ name: 'Loft', unit: 'K', public: true });
    const list = await get('/feeds');
    expect(list.text).toMatch(/2 feeds, [\d.]+ kB in all/);
    expect(list.text).toContain('every 5 minutes');
  });

  const WRONG: readonly [name: string, form: Record<string, string>, words: string][] = [
    ['no name', { name: '' }, 'Give it a name'],
    ['a name in use', { name: 'House power', tag: 'meter' }, 'with this tag and name already'],
    ['a tag with signs', { name: 'x', tag: 'a/b' }, 'A tag has letters'],
    ['a long unit', { name: 'x', unit: 'kilowatthours' }, 'at most 10 signs'],
    ['a unit of markup', { name: 'x', unit: '<b>' }, 'cannot be in a unit'],
  ];
  it.each(WRONG)('is not made with %s', async (_name, form, words) => {
    const before = hub.feeds.list(hub.account).length;
    const answer = await post('/feeds', form);
    expect([answer.status, hub.feeds.list(hub.account).length]).toEqual([422, before]);
    expect(answer.text).toContain(words);
    expect(answer.text).not.toContain('<b>"');
  });

  it('is emptied and deleted only by its name', async () => {
    const id = await hub.feeds.create(hub.account, { name: 'Old', tag: null, engine: 5 });
    await hub.series.append([{ kind: 'point', feed: id, time: DAY, value: 1 }]);
    const refused = await post(`/feeds/${id}/delete`, { 'delete-name': 'old' });
    expect([refused.status, hub.feeds.find(id)?.name]).toEqual([422, 'Old']);
    expect(refused.text).toContain('Nothing was deleted');
    await post(`/feeds/${id}/clear`, { 'clear-name': 'Old' }).expect(303);
    expect(hub.series.meta(id)?.npoints).toBe(0);
    await post(`/feeds/${id}/delete`, { 'delete-name': 'Old' }).expect('location', '/feeds?done=deleted');
    expect([hub.feeds.find(id), hub.series.has(id)]).toEqual([undefined, false]);
  });

  it('never prints a name as markup', async () => {
    const id = await hub.feeds.create(hub.account, { name: 'safe', tag: null, engine: 5 });
    await post(`/feeds/${id}`, { name: '<script>alert(1)</script>', tag: '', unit: '' }).expect(303);
    for (const path of [`/feeds/${id}`, '/feeds', `/graph?feed=${id}`]) {
      expect((await get(path)).text).not.toContain('<script>alert');
    }
    await hub.feeds.remove(id);
  });
});

describe('CSV', () => {
  const head = 'unix_time,local_time,House power (W)\r\n';
  const CASES: readonly [name: string, query: string, lines: string][] = [
    [
      'one line a reading, none for what is missing',
      'start=1170284400&end=1170285000',
      '1170284400,2007-02-01 00:00:00,1000\r\n1170284410,2007-02-01 00:00:10,2000.5\r\n1170284430,2007-02-01 00:00:30,4000\r\n',
    ],
    [
      'an end that is left out',
      'start=1170284400&end=1170291600&each=3600',
      '1170284400,2007-02-01 00:00:00,2333.5\r\n',
    ],
    [
      'a mean for each local day',
      'from=2007-02-01&to=2007-02-01&each=day',
      '1170284400,2007-02-01 00:00:00,1875.125\r\n',
    ],
    ['nothing where nothing is', 'from=2010-02-01&to=2010-02-02', ''],
  ];
  it.each(CASES)('%s', async (_name, query, lines) => {
    const answer = await get(`/feeds/${feed}/csv?${query}`);
    expect(answer.text).toBe(head + lines);
    expect(answer.headers['content-type']).toMatch(/^text\/csv/);
  });

  it('is named after the feed and its days', async () => {
    const one = await get(`/feeds/${feed}/csv?from=2007-02-01&to=2007-02-01`);
    expect(one.headers['content-disposition']).toMatch(/filename="?house-power-2007-02-01\.csv/);
    const many = await get(`/feeds/${feed}/csv?from=2007-02-01&to=2007-02-03`);
    expect(many.headers['content-disposition']).toMatch(/filename="?house-power-2007-02-01-to-2007-02-03\.csv/);
  });
});
