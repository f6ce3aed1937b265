import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createControllers } from '../app/controllers.ts';
import type { EmoncmsRoute } from '../app/emoncms-door.ts';
import type { HttpRoute } from '../app/http-route.ts';
import type { Policy } from '../app/middleware/policy.ts';
import { type Route, routes } from '../app/routes.ts';
import { EmoncmsClient } from '../scripts/campaign/kill/emoncms.ts';
import { startHub, type TestHub } from './hub.ts';
import { testStores } from './stores.ts';
import { type Answer, type Owner, PASSWORD, setUp, Visitor } from './visitor.ts';

const { listRoutes } = (await import(new URL('../scripts/check/routes.mjs', import.meta.url).href)) as {
  listRoutes: (from: { routes: typeof routes; createControllers: typeof createControllers }) => Route[];
};
const rows = listRoutes({ routes, createControllers });

/** Names that only household A may ever read. */
const CANARY = 'canary';
const stores = await testStores();
let hub: TestHub;
let [a, b] = [] as unknown as [Owner, Owner];
const ids = { feed: '', input: '', person: '', device: '' };

type As = 'nobody' | 'read key' | 'write key' | 'guest' | 'adult' | 'owner';

/** Who passes a policy, said once more and apart from the code. */
const OPEN: Record<Policy, readonly As[]> = {
  anyone: ['nobody', 'read key', 'write key', 'guest', 'adult', 'owner'],
  read: ['read key', 'write key', 'guest', 'adult', 'owner'],
  write: ['write key', 'adult', 'owner'],
  person: ['guest', 'adult', 'owner'],
  adult: ['adult', 'owner'],
  owner: ['owner'],
};

interface Caller {
  readonly name: string;
  readonly as: As;
  readonly visitor: () => Visitor;
  readonly key: string;
  /** Of another household, or of none. */
  readonly stranger: boolean;
}

const callers: Caller[] = [];

beforeAll(async () => {
  const { mysqlUrl, redisUrl } = stores;
  hub = await startHub({ HEARTH_OPEN_REGISTRATION: '1', HEARTH_MYSQL_URL: mysqlUrl, HEARTH_REDIS_URL: redisUrl });
  a = await setUp(hub.http, 'canaryowner');
  b = await setUp(hub.http, 'bronwen');
  await furnish();
  const guest = await join('guest', 'canaryguest');
  const adult = await join('adult', 'canaryadult');
  const people = await a.visitor.get('/people');
  ids.person = /\/people\/(\d+)/.exec(people.text)?.[1] ?? '';
  callers.push(
    caller('nobody', 'nobody', { stranger: true }),
    caller('the owner of another household', 'owner', { visitor: b.visitor, stranger: true }),
    caller('another household’s write key', 'write key', { key: b.write, stranger: true }),
    caller('the read key', 'read key', { key: a.read }),
    caller('a guest', 'guest', { visitor: guest }),
    caller('the write key', 'write key', { key: a.write }),
    caller('an adult', 'adult', { visitor: adult }),
    caller('the owner', 'owner', { visitor: a.visitor }),
  );
}, 90_000);
afterAll(() => hub?.stop());

test('whoever may not change household A changes nothing by any route, and strangers see nothing of it', {
  timeout: 120_000,
}, async () => {
  const before = await snapshot();
  expect(before).toContain(CANARY);
  const leaks: string[] = [];
  for (const one of callers.filter(({ stranger, as }) => stranger || as === 'guest' || as === 'read key')) {
    for (const row of httpRows().filter((each) => !endsSession(each))) {
      const { text } = await ask(row, one);
      if (!one.stranger) continue;
      for (const secret of [CANARY, a.read, a.write, '21.5', '1735689'])
        if (text.includes(secret)) leaks.push(`${one.name}: ${row.path} says ${secret}`);
    }
  }
  expect(leaks).toEqual([]);
  expect(await snapshot()).toEqual(before);
});

test('a route of EmonCMS’s that is open gives what was asked for', async () => {
  const opens: [path: string, policy: string][] = [
    ['/feed/list.json', 'canary'],
    ['/input/list.json', 'canary'],
    [`/feed/value.json?id=${ids.feed}`, '21.5'],
    [`/feed/data.json?id=${ids.feed}&start=1735689600000&end=1735689660000&interval=10`, '21.5'],
  ];
  for (const one of callers.filter(({ stranger }) => !stranger))
    for (const [path, held] of opens) expect((await get(path, one)).text, `${one.name} ${path}`).toContain(held);
});

test('every route is open to whom its policy says, closed to the others, and never fails', {
  timeout: 180_000,
}, async () => {
  const wrong: string[] = [];
  for (const one of callers) {
    for (const row of httpRows()) {
      if (endsSession(row) && isPerson(one)) continue;
      const answer = await ask(row, one);
      const open = OPEN[row.who].includes(one.as);
      const said = `${one.name}: ${row.path} (${row.who}) answered ${answer.status} ${answer.location} ${answer.text.slice(0, 80)}`;
      if (answer.status >= 500) wrong.push(said);
      if (row.door === 'emoncms' ? !open && !isRefusal(row, answer) : open === isClosed(answer)) wrong.push(said);
    }
  }
  expect(wrong).toEqual([]);
});

test('MQTT takes the write key of the household and nothing else', async () => {
  const login = (username: string, password: string) =>
    connectAsync(hub.mqtt, { username, password, reconnectPeriod: 0 }, false);
  for (const [username, password] of [
    ['', ''],
    ['canaryowner', a.read],
    ['canaryowner', b.write],
    ['canaryowner', PASSWORD],
  ] as const)
    await expect(login(username, password), `${username} ${password}`).rejects.toThrow();
  const [ours, theirs] = await Promise.all([login('canaryowner', a.write), login('bronwen', b.write)]);
  const heard: string[] = [];
  theirs.on('message', (topic) => heard.push(topic));
  await theirs.subscribeAsync('emon/#', { qos: 1 });
  await ours.publishAsync('emon/canarynode/power', '5', { qos: 1 });
  await theirs.publishAsync('emon/own/power', '5', { qos: 1 });
  await expect.poll(() => heard).toContain('emon/own/power');
  expect(heard).toEqual(['emon/own/power']);
  await Promise.all([ours.endAsync(), theirs.endAsync()]);
});

test('signing out ends the session it is asked of', async () => {
  for (const one of callers.filter((one) => isPerson(one) && !one.stranger)) {
    expect((await one.visitor().get('/account')).status, one.name).toBe(200);
    expect((await one.visitor().post('/sign-out')).status).toBe(303);
    expect((await one.visitor().get('/account')).location).toMatch(/^\/sign-in/);
  }
});

/** A feed with values and an input, all with names to be recognised by. */
async function furnish(): Promise<void> {
  const client = new EmoncmsClient(hub.http, a.write);
  const feed = { tag: 'canarytag', name: 'canaryfeed', engine: '5', options: '{"interval":10}' };
  const made = (await client.json('/feed/create.json', feed)) as { feedid: number };
  ids.feed = String(made.feedid);
  for (let slot = 0; slot < 5; slot += 1)
    await client.json('/feed/insert.json', { id: ids.feed, time: String(1_735_689_600 + slot * 10), value: '21.5' });
  await client.post('/input/post', { node: 'canarynode', fulljson: '{"canaryinput":7}' });
  const inputs = (await client.json('/input/list.json')) as { id: string }[];
  ids.input = inputs[0]?.id ?? '';
  ids.device = String(await client.json('/device/create.json', { nodeid: 'canarydevice', name: 'canarydevice' }));
  const processlist = JSON.stringify([{ fn: 'process__scale', args: [1] }]);
  await client.json('/input/process/set.json', { inputid: ids.input }, { processlist });
  client.close();
}

async function join(role: 'adult' | 'guest', username: string): Promise<Visitor> {
  await a.visitor.post('/people/invitations', { name: username, role });
  const link = /\/join\/[\w-]+/.exec((await a.visitor.get('/people')).text)?.[0] ?? '';
  const visitor = new Visitor(hub.http);
  const form = { username, password: PASSWORD, email: '', timezone: 'Europe/Paris', language: 'en' };
  const { status, text } = await visitor.post(link, form);
  if (status !== 303) throw new Error(`${link} answered ${status}: ${text}`);
  return visitor;
}

function caller(name: string, as: As, more: { visitor?: Visitor; key?: string; stranger?: boolean }): Caller {
  const { visitor = new Visitor(hub.http), stranger = false, key: apikey = '' } = more;
  return { name, as, visitor: () => visitor, key: apikey, stranger };
}

type HttpRow = HttpRoute | EmoncmsRoute;

/** What removes things goes last, so that what is asked before finds them. */
function httpRows(): HttpRow[] {
  const removes = (row: HttpRow) => row.door !== 'emoncms' && row.method === 'delete';
  const rank = (row: HttpRow) => (removes(row) || /remove|delete|clean|clear|trim/.test(row.path) ? 1 : 0);
  return rows.filter((row): row is HttpRow => row.door !== 'mqtt').toSorted((x, y) => rank(x) - rank(y));
}

function isPerson({ as }: Caller): boolean {
  return as === 'guest' || as === 'adult' || as === 'owner';
}

function endsSession({ path }: HttpRow): boolean {
  return path === '/sign-out' || path === '/account/sign-out-everywhere';
}

/** Asks a route about what belongs to household A. */
function ask(row: HttpRow, one: Caller): Promise<Answer> {
  if (row.door !== 'emoncms') {
    const path = concrete(row.path);
    if (row.method === 'get') return get(path, one);
    if (row.method === 'post') return one.visitor().post(withKey(path, one));
    return one.visitor().send(row.method.toUpperCase(), withKey(path, one));
  }
  const [path, query] = [row.path.replace('/*', '/x'), { id: ids.feed, inputid: ids.input, feedid: ids.feed }];
  return get(
    `/${path}.json?${new URLSearchParams(/^input\/(set|delete)/.test(path) ? { inputid: ids.input } : query)}`,
    one,
  );
}

function concrete(path: string): string {
  const [, of = ''] = /^(?:\/api\/v1)?\/(\w+)/.exec(path) ?? [];
  const id = { feeds: ids.feed, inputs: ids.input, people: ids.person, devices: ids.device }[of] ?? '1';
  const module = path.startsWith('/api/in') ? 'sp_command/nobody' : 'influx_query/sp/power';
  return path.replace(':module{/*target}', module).replace(':id', id).replace(':secret', 'x'.repeat(32));
}

function get(path: string, one: Caller): Promise<Answer> {
  return one.visitor().get(withKey(path, one));
}

function withKey(path: string, { key: apikey }: Caller): string {
  return apikey === '' ? path : `${path}${path.includes('?') ? '&' : '?'}apikey=${apikey}`;
}

/** Sign in first, or not yours to use. */
function isClosed({ status, location }: Answer): boolean {
  return status === 401 || status === 403 || location === '/sign-in' || location.startsWith('/sign-in?');
}

/** What the row says a caller without the right hears. */
function isRefusal({ refusal }: EmoncmsRoute, { status, text }: Answer): boolean {
  return status === refusal.status && text === String(refusal.body);
}

/** Everything household A has, as its owner sees it. */
async function snapshot(): Promise<string> {
  const paths = [
    '/feed/list.json',
    '/input/list.json',
    '/device/list.json',
    `/feed/data.json?id=${ids.feed}&start=1735689600000&end=1735689660000&interval=10`,
  ];
  const answers = await Promise.all(paths.map((path) => a.visitor.get(path)));
  const people = (await a.visitor.get('/people')).text.match(/canary(owner|guest|adult)/g);
  return JSON.stringify([answers.map(({ text }) => text), people]);
}
