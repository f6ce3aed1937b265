import { beforeAll, expect, test } from 'vitest';
import { type Browser, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
let app: PageApp;
let guest: Browser;

const T0 = 1_750_032_000;
const REQUEST = {
  ...{ start: T0, interval: 1800, profile: [10, 8, 6, 9, 4, 4, 7, 12], optimise: 'min' },
  ...{ now: T0, readyBy: T0 + 4 * 3600, run: 3600, interruptible: false },
};

beforeAll(async () => {
  app = await pageApp(stores);
  guest = await app.browserOf('guest');
});

test('a plan says when, for how much, and why', async () => {
  const { status, body } = await guest.post('/api/v1/plan').send(REQUEST);
  expect(status).toBe(200);
  expect(body).toEqual({
    periods: [[T0 + 7200, T0 + 10_800]],
    cost: 4,
    why: 'Runs 03:00–04:00 for 4.00, 5.00 less than starting now; the next best start is 03:30, for 5.50; no rule stands in the way of a better time.',
    facts: {
      ...{ costNow: 9, next: { start: T0 + 9000, cost: 5.5 }, binding: 'price', saving: 0, unpriced: 0, gap: 0 },
    },
  });
});

test.each([
  ['cy', /^Rhedeg .*nid oes rheol/],
  ['de', /^Läuft .*keine Regel/],
  ['en', /^Runs .*no rule/],
])('the sentence in %s', async (lang, sentence) => {
  expect((await guest.post(`/api/v1/plan?lang=${lang}`).send(REQUEST)).body.why).toMatch(sentence);
});

test('what is on goes on, what has just been on rests', async () => {
  const asked = { ...REQUEST, interruptible: true, minRun: 3600, minRest: 10_800 };
  const planned = async (more: object) => (await guest.post('/api/v1/plan').send({ ...asked, ...more })).body;
  expect((await planned({ running: 1800, run: 5400 })).periods[0]).toEqual([T0, T0 + 5400]);
  expect((await planned({ running: 1800 })).periods).toEqual([[T0, T0 + 3600]]);
  expect((await planned({ rested: 600 })).periods).toEqual([[T0 + 10_200, T0 + 13_800]]);
  expect((await guest.post('/api/v1/plan').send({ ...asked, running: 1, rested: 1 })).status).toBe(400);
});

test('a key is enough, and its language the one it asks for', async () => {
  const { read } = app.users.keys(1);
  const reply = await app
    .visitor()
    .post('/api/v1/plan')
    .set({ Authorization: `Bearer ${read}`, 'Accept-Language': 'cy' })
    .send(REQUEST);
  expect([reply.status, reply.body.why.slice(0, 7)]).toEqual([200, 'Rhedeg ']);
  expect((await app.visitor().post('/api/v1/plan').send(REQUEST)).status).toBe(401);
});

test.each([
  [
    'too long',
    { run: 5 * 3600 },
    /^It cannot run for 5 h by 05:00\. 4 h is the longest run that fits\. It could be ready by 06:00\.$/,
  ],
  ['a deadline that has passed', { readyBy: T0 - 60 }, /No run fits at all/],
  ['a block between forbidden times', { never: [[T0 + 1800, T0 + 12_600]] }, /30 min is the longest run/],
])('what cannot be is told with what can: %s', async (_name, change, detail) => {
  const { status, type, body } = await guest.post('/api/v1/plan').send({ ...REQUEST, ...change });
  expect([status, type, body.type]).toEqual([422, 'application/problem+json', 'HUB_PLAN_IMPOSSIBLE']);
  expect(body.detail).toMatch(detail);
});

test.each([
  ['nothing', {}, 'start'],
  ['no prices', { ...REQUEST, profile: [] }, 'profile'],
  ['words for prices', { ...REQUEST, profile: ['cheap'] }, 'profile.0'],
  ['a run of no length', { ...REQUEST, run: 0 }, 'run'],
  ['another goal', { ...REQUEST, optimise: 'best' }, 'optimise'],
  ['a year ahead', { ...REQUEST, readyBy: T0 + 365 * 86_400 }, 'readyBy'],
  ['an interval of nothing', { ...REQUEST, interval: 0 }, 'interval'],
])('a malformed request is refused with the field that is wrong: %s', async (_name, request, field) => {
  const { status, type, body } = await guest.post('/api/v1/plan').send(request);
  expect([status, type]).toEqual([400, 'application/problem+json']);
  expect(body.detail.startsWith(`${field}: `)).toBe(true);
});

test('what is no JSON, and what is too much of it', async () => {
  const send = (text: string) => guest.post('/api/v1/plan').set('Content-Type', 'application/json').send(text);
  expect((await send('{"start":')).status).toBe(400);
  expect((await send(JSON.stringify({ ...REQUEST, profile: Array(200_000).fill(1) }))).status).toBe(413);
});

test('the interface describes itself', async () => {
  const { body } = await app.visitor().get('/api/v1/openapi.json');
  const { requestBody } = body.paths['/api/v1/plan'].post;
  const { properties } = requestBody.content['application/json'].schema;
  expect(Object.keys(properties)).toEqual(
    expect.arrayContaining(['start', 'interval', 'profile', 'readyBy', 'minRun']),
  );
});
