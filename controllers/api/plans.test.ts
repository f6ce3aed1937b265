import express from 'express';
import request from 'supertest';
import { afterEach, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import type { Who } from '../../models/who.ts';
import { type PlannedHome, plannedHome } from '../../test/planned-home.ts';
import { enumerateBest } from '../../test/planner/enumerate.ts';
import { testStores } from '../../test/stores.ts';
import { installPages } from '../../views/page.ts';
import { plansApi } from './plans.ts';

const stores = await testStores();
let home: PlannedHome;

afterEach(() => home?.stop());

const HOUR = 3600;

async function app(account = home.account) {
  const { models, clock } = home;
  const who: Who = { account, user: null, timezone: 'Europe/London', role: 'adult', by: 'write key' } as Who;
  const server = express();
  installPages(server, { root: projectRoot, clock, timezone: 'Europe/London' });
  server.use(express.json(), (req, _res, next) => {
    req.who = who;
    next();
  });
  const api = plansApi({ ...models, plans: home.plans, planSettings: home.settings, clock });
  server.get('/plans', api.list);
  server.post('/preview', api.preview);
  server.get('/devices/:id/why', api.why);
  server.get('/savings', api.savings);
  server.put('/limit', api.limit);
  return request(server);
}

async function planned() {
  home = await plannedHome(stores, { start: '2026-01-05T22:00:00Z' });
  await home.prices([['02:00', '04:00', 0.1]], 0.3);
  const plug = await home.plug('p1');
  const draft = {
    device: plug.id,
    readyBy: '05:00',
    powerW: 2000,
    interruptible: true,
    need: { kind: 'time', seconds: 2 * HOUR },
  };
  return { plug, draft, ask: await app() };
}

test('a preview says when, for how much, and what may go wrong, and keeps nothing', async () => {
  const { draft, ask } = await planned();
  const { body, status } = await ask.post('/preview').send({ ...draft, ahead: null });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    periods: [[home.at('2026-01-06T02:00:00Z'), home.at('2026-01-06T04:00:00Z')]],
    ...{ feasible: true, deadline: home.at('2026-01-06T05:00:00Z'), powerW: 2000, currency: 'GBP', share: null },
    cost: { money: expect.closeTo(0.4, 6), carbon: null },
    costNow: { money: expect.closeTo(1.2, 6) },
    risk: { slack: HOUR, unpriced: 0, open: false },
  });
  expect((await ask.get('/plans')).body).toMatchObject({ limitW: null, devices: [], runs: [] });
  const other = await ask.post('/preview').send({ ...draft, device: 999 });
  expect(other.status).not.toBe(200);
});

test('why: before, in and after the run, in three languages, with the figures of every combination tried', async () => {
  const { plug, draft, ask } = await planned();
  await home.schedule(plug, draft);
  const why = async (iso: string, lang = 'en') =>
    (await ask.get(`/devices/${plug.id}/why`).query({ at: home.at(iso), lang })).body;
  const ahead = await why('2026-01-06T03:00:00Z');
  expect(ahead).toMatchObject({ tense: 'future', on: true, reason: { kind: 'run' }, unit: 'price' });
  expect(ahead.why).toMatch(/^Runs .*02:00–04:00 for 40p, 80p less than starting now; .*\.$/);
  const even = { ...ahead.problem, now: Math.ceil(ahead.problem.now / 1800) * 1800 };
  expect(ahead.figures.cost).toBeCloseTo((enumerateBest(even, 1800)?.weight ?? 0) / 3600, 6);
  expect(ahead.figures.costNow).toBeCloseTo(0.6, 6);
  const late = { ...even, now: ahead.figures.next.start };
  expect(ahead.figures.next.cost).toBeCloseTo((enumerateBest(late, 1800)?.weight ?? 0) / 3600, 6);
  expect((await why('2026-01-06T03:00:00Z', 'de')).why).toMatch(/^Läuft .* für 0,40\s£, /);
  expect((await why('2026-01-06T03:00:00Z', 'cy')).why).toMatch(/^Rhedeg .* am 40p/);
  await home.until('2026-01-06T04:30:00Z');
  expect(await why('2026-01-06T01:00:00Z')).toMatchObject({ tense: 'past', on: false, reason: { kind: 'wait' } });
  expect(await why('2026-01-06T03:00:00Z')).toMatchObject({ tense: 'past', on: true, reason: { kind: 'run' } });
  const now = await why('2026-01-06T04:30:00Z');
  expect(now).toMatchObject({ tense: 'now', on: false, reason: { kind: 'done' } });
  expect(now.why).toBe('Off, because it has run as long as it should and has nothing more to do before 05:00.');
  expect((await why('2020-01-01T00:00:00Z')).why).toBe('Nothing was decided about that moment.');
});

test('savings: running at once when the occurrence began, less what was spent', async () => {
  const { plug, draft, ask } = await planned();
  await home.schedule(plug, draft);
  await home.until('2026-01-06T06:00:00Z');
  const { body } = await ask.get('/savings').query({ day: '2026-01-06' });
  expect(body).toMatchObject({ day: '2026-01-06', currency: 'GBP', unknown: 0 });
  expect(body.runs).toHaveLength(1);
  expect(body.runs[0].atOnce.money).toBeCloseTo(1.2, 1);
  expect(body.runs[0].spent.money).toBeCloseTo(0.4, 1);
  expect(body.saved.money).toBeCloseTo(0.8, 1);
  expect((await ask.get('/savings').query({ day: '2026-01-05' })).body.runs).toEqual([]);
});

test('the household’s limit is set and told', async () => {
  const { ask } = await planned();
  expect((await ask.put('/limit').send({ limitW: 5000 })).body).toEqual({ limitW: 5000 });
  expect((await ask.get('/plans')).body.limitW).toBe(5000);
});
