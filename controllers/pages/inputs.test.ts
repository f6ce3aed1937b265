import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { MOST_AUTO_FEEDS } from '../../models/auto-record.ts';
import type { Input } from '../../models/input.ts';
import { type DataApp, dataApp, type Visitor } from '../../test/data-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
const NOW = Date.UTC(2026, 0, 5, 12);
let hub: DataApp;
let power: Input;
let other: Input;

beforeEach(async () => {
  hub = await dataApp(stores, new ManualClock(NOW));
  const values = [
    ['power', 1230],
    ['solar', 400],
  ] as const;
  await hub.inputs.receive(hub.account, [{ node: 'meter', time: NOW / 1000, values }]);
  power = hub.inputs.byName(hub.account, 'meter', 'power')!;
  other = hub.inputs.byName(hub.account, 'meter', 'solar')!;
});

const post = (path: string, form: Record<string, string>, visitor: Visitor = 'owner') =>
  request(hub.app).post(`/inputs${path}`).set('visitor', visitor).type('form').send(form);
const get = (path: string, visitor: Visitor = 'owner') =>
  request(hub.app).get(`/inputs${path}`).set('visitor', visitor);
const listOf = (id: number) => hub.inputs.find(id)?.processList;

describe('who may do what with inputs', () => {
  const CASES: readonly [method: 'get' | 'post', path: string, visitor: Visitor, status: number][] = [
    ['get', '', 'nobody', 401],
    ['get', '', 'guest', 200],
    ['get', '/ID', 'guest', 200],
    ['get', '/ID', 'stranger', 404],
    ['get', '/999999', 'owner', 404],
    ['post', '/ID', 'guest', 403],
    ['post', '/ID', 'stranger', 404],
    ['post', '/ID/steps', 'guest', 403],
    ['post', '/ID/steps', 'stranger', 404],
    ['post', '/ID/steps/edit', 'guest', 403],
    ['post', '/ID/steps/edit', 'stranger', 404],
    ['post', '/ID/delete', 'guest', 403],
    ['post', '/ID/delete', 'stranger', 404],
    ['post', '/clean', 'guest', 403],
  ];
  it.each(CASES)('%s /inputs%s as %s: %i', async (method, path, visitor, status) => {
    const answer = await request(hub.app)
      [method](`/inputs${path.replace('ID', String(power.id))}`)
      .set('visitor', visitor);
    expect(answer.status).toBe(status);
    expect(hub.inputs.find(power.id)).toEqual(power);
  });

  it('shows a guest no form, and a stranger no input', async () => {
    const seen = await get(`/${power.id}`, 'guest');
    expect(seen.text).toContain('meter');
    expect(seen.text).not.toContain('method="post"');
    expect((await get('', 'stranger')).text).not.toContain('solar');
  });
});

describe('the list', () => {
  it('says that no more is recorded by itself once there are too many feeds', async () => {
    const feed = (at: number) => hub.feeds.create(hub.account, { name: `f${at}`, tag: 't', engine: 7 });
    for (let at = 0; at < MOST_AUTO_FEEDS - 2; at += 1) await feed(at);
    expect((await get('')).text).not.toContain('up to 500 feeds');
    await feed(MOST_AUTO_FEEDS);
    expect((await get('')).text).toContain('up to 500 feeds');
  });

  it('shows each input live, by node, with what becomes of it', async () => {
    await post(`/${power.id}/steps`, { process: 'process__scale', value: '0.5' });
    const { text } = await get('');
    expect(text).toContain('2 inputs report');
    expect(text).toMatch(new RegExp(`data-input="${power.id}" data-unit="W"`));
    expect(text).toContain('1.23');
    expect(text).toContain('× 0.5');
    expect(text).toContain('Not recorded');
  });

  it('removes inputs without steps and keeps the others', async () => {
    await post(`/${power.id}/steps`, { process: 'process__scale', value: '2' });
    await post('/clean', {}).expect('location', '/inputs?cleaned=1');
    expect(hub.inputs.list(hub.account).map(({ name }) => name)).toEqual(['power']);
    expect((await get('?cleaned=1')).text).toContain('1 input was removed');
  });
});

describe('adding a step', () => {
  const GOOD: readonly [form: Record<string, string>, list: RegExp][] = [
    [{ process: 'process__scale', value: '0,5' }, /^2:0\.5$/],
    [{ process: 'process__allowpositive', feed: 'new', value: '7' }, /^24:0$/],
    [{ process: 'process__subtract_input', input: 'OTHER' }, /^22:OTHER$/],
    [{ process: 'process__publish_to_mqtt', text: 'house/power' }, /^35:house\/power$/],
    [{ process: 'process__log_to_feed', feed: 'new', 'feed-unit': 'W', 'feed-interval': '30' }, /^1:\d+$/],
    [{ process: 'process__power_to_kwh_custom', value: '15', feed: 'new', 'feed-name': 'q' }, /^71:15:\d+$/],
  ];
  it.each(GOOD)('%j', async (form, list) => {
    const sent = Object.fromEntries(Object.entries(form).map(([k, v]) => [k, v.replace('OTHER', String(other.id))]));
    await post(`/${power.id}/steps`, sent).expect(303);
    expect(listOf(power.id)?.replace(`22:${other.id}`, '22:OTHER')).toMatch(list);
  });

  const BAD: readonly [form: Record<string, string>][] = [
    [{}],
    [{ process: 'process__nothing' }],
    [{ process: 'process__error_found' }],
    [{ process: 'process__scale', value: 'half' }],
    [{ process: 'process__scale' }],
    [{ process: 'process__subtract_input' }],
    [{ process: 'process__log_to_feed', feed: '999999' }],
    [{ process: 'process__publish_to_mqtt', text: 'a:b,1:1' }],
    [{ process: 'process__power_to_kwh_custom', value: 'x', feed: 'new', 'feed-name': 'never made' }],
    [{ process: 'process__log_to_feed', feed: 'new', 'feed-unit': '<script>' }],
  ];
  it.each(BAD)('%j is refused, and nothing is made', async (form) => {
    const answer = await post(`/${power.id}/steps`, form);
    expect([answer.status, listOf(power.id), hub.feeds.list(hub.account)]).toEqual([422, '', []]);
    expect(answer.text).toContain('The step was not added');
  });

  it('takes no feed or input of another household', async () => {
    const theirs = await hub.feeds.create(hub.stranger, { name: 'theirs', tag: null, engine: 5 });
    await post(`/${power.id}/steps`, { process: 'process__log_to_feed', feed: String(theirs) }).expect(422);
    expect(listOf(power.id)).toBe('');
  });

  it('makes the new feed beside its node', async () => {
    const form = {
      process: 'process__log_to_feed',
      feed: 'new',
      'feed-name': 'House',
      'feed-unit': 'W',
      'feed-interval': '30',
    };
    await post(`/${power.id}/steps`, form).expect('location', `/inputs/${power.id}?done=added#steps`);
    expect(hub.feeds.list(hub.account)).toMatchObject([{ name: 'House', tag: 'meter', unit: 'W', interval: 30 }]);
    expect((await get(`/${power.id}`)).text).toContain('log to House');
  });
});

describe('moving and removing steps', () => {
  const CASES: readonly [wish: string, status: number, list: string][] = [
    ['up 2', 303, '3:1,2:2,24:0'],
    ['down 2', 303, '2:2,24:0,3:1'],
    ['move 3 1', 303, '24:0,2:2,3:1'],
    ['remove 1', 303, '3:1,24:0'],
    ['remove 9', 409, '2:2,3:1,24:0'],
    ['', 409, '2:2,3:1,24:0'],
  ];
  it.each(CASES)('%j: %i, %s', async (wish, status, list) => {
    await threeSteps();
    await post(`/${power.id}/steps/edit`, { was: '2:2,3:1,24:0', wish }).expect(status);
    expect(listOf(power.id)).toBe(list);
  });

  it('does nothing to a list that has changed meanwhile, and shows it', async () => {
    await threeSteps();
    const answer = await post(`/${power.id}/steps/edit`, { was: '2:2', wish: 'remove 1' });
    expect([answer.status, listOf(power.id)]).toEqual([409, '2:2,3:1,24:0']);
    expect(answer.text).toContain('had changed meanwhile');
  });

  async function threeSteps() {
    await post(`/${power.id}/steps`, { process: 'process__scale', value: '2' });
    await post(`/${power.id}/steps`, { process: 'process__offset', value: '1' });
    await post(`/${power.id}/steps`, { process: 'process__allowpositive' });
  }
});

describe('describing and deleting', () => {
  it('renames and describes', async () => {
    await post(`/${power.id}`, { name: 'grid', description: 'Main <meter>' }).expect(303);
    expect(hub.inputs.find(power.id)).toMatchObject({ name: 'grid', description: 'Main <meter>' });
    expect((await get('')).text).toContain('Main &lt;meter&gt;');
  });

  it('leaves an empty or taken name alone', async () => {
    await post(`/${power.id}`, { name: '', description: '' }).expect(422);
    const taken = await post(`/${power.id}`, { name: 'solar', description: '' });
    expect([taken.status, hub.inputs.find(power.id)?.name]).toEqual([422, 'power']);
    expect(taken.text).toContain('Another input of this node');
  });

  it('deletes only when that is sure', async () => {
    await post(`/${power.id}/delete`, {}).expect(422);
    expect(hub.inputs.find(power.id)).toBeDefined();
    await post(`/${power.id}/delete`, { sure: 'yes' }).expect('location', '/inputs?done=deleted');
    expect(hub.inputs.find(power.id)).toBeUndefined();
  });
});
