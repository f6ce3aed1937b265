import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeFamily, fakeFamily, fakeFound } from '../../test/fake-driver.ts';
import { type Browser, type PageApp, pageApp } from '../../test/page-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
/** The household's first person is its owner. */
const account = 1;
let app: PageApp;
let owner: Browser;
let guest: Browser;
let fake: FakeFamily;

const PLACES = { p1: 'w.r1.c0', p2: 'w.r1.c1', p3: 'w.r2.c1', p4: 'g3', p5: '' };

beforeAll(async () => {
  app = await pageApp(stores);
  owner = await app.browserOf('owner');
  guest = await app.browserOf('guest');
  fake = fakeFamily();
  app.drivers.set('fake', fake.driver);
  for (const [identity, place] of Object.entries(PLACES))
    await app.devices.adopt(account, fakeFound(identity), { now: 1, place, room: identity === 'p5' ? 'Attic' : '' });
});

beforeEach(() => {
  fake.switched.length = 0;
  fake.deaf = false;
  app.commands.length = 0;
});

const ON = { payload: { status: 1 } };
const put = (path: string, body: object) => owner.put(`/api/in/${path}`).send(body);
const switched = () => fake.switched.map(([identity]) => identity).sort();

test.each([
  ['an id', 'sp_w.r1.c0', ['p1']],
  ['an id without its prefix', 'w.r1.c0', ['p1']],
  ['a node', 'p5', ['p5']],
  ['several ids', 'sp_g3,w.r2.c1', ['p3', 'p4']],
  ['a row', 'row/1', ['p1', 'p2']],
  ['a column', 'column/1', ['p2', 'p3']],
  ['a type', 'type/w', ['p1', 'p2', 'p3']],
  ['a room', 'group/attic', ['p5']],
])('switches %s', async (_name, target, devices) => {
  const { status, body } = await put(`sp_command/${target}`, ON);
  expect(status).toBe(200);
  expect(body[`sp_command/${target}`].data.successful).toHaveLength(devices.length);
  expect(switched()).toEqual(devices);
});

test('the outlets of one strip have one id, which did it when all of them did', async () => {
  const made = [];
  for (const identity of ['s1', 's2', 's3'])
    made.push(await app.devices.adopt(account, fakeFound(identity), { now: 1, place: 'x.r7.c1' }));
  expect((await put('sp_command/sp_x.r7.c1', ON)).body).toEqual({
    'sp_command/sp_x.r7.c1': { data: { successful: ['sp_x.r7.c1'] } },
  });
  expect(switched()).toEqual(['s1', 's2', 's3']);
  await app.devices.set(made[2]!.id, { enabled: false });
  const { body } = await put('sp_command/row/7', ON);
  expect(body['sp_command/row/7']).toMatchObject({
    data: { successful: [] },
    error: { 'sp_x.r7.c1': expect.any(String) },
  });
  for (const { id } of made) await app.devices.remove(id);
});

test('several subtopics have an answer each, and partial results are told', async () => {
  const { status, body } = await put('sp_command', {
    payload: '{"status":"OFF"}',
    subtopics: ['row/2', 'sp_g3', 'row/9', 'nobody'],
  });
  expect(status).toBe(500);
  expect(body).toEqual({
    'sp_command/row/2': { data: { successful: ['sp_w.r2.c1'] } },
    'sp_command/sp_g3': { data: { successful: ['sp_g3'] } },
    'sp_command/row/9': { data: { successful: [] }, error: { 'row/9': 'Nothing has this name.' } },
    'sp_command/nobody': { data: { successful: [] }, error: { nobody: 'Nothing has this name.' } },
  });
  expect(fake.switched).toEqual(
    expect.arrayContaining([
      ['p3', false],
      ['p4', false],
    ]),
  );
});

test('a device that does not answer is told by its id', async () => {
  fake.deaf = true;
  const { status, body } = await put('sp_command/sp_g3', ON);
  expect([status, body['sp_command/sp_g3'].error]).toEqual([500, { sp_g3: expect.stringMatching(/in time/) }]);
});

test.each([
  ['no status', {}],
  ['null', null],
  ['an empty status', { status: '' }],
  ['a number that is neither', { status: 2 }],
  ['JSON text without one', '{"state":1}'],
  ['no JSON', 'off'],
])('%s is an error and not OFF', async (_name, payload) => {
  expect((await put('sp_command/type/w', { payload })).status).toBe(500);
  expect(fake.switched).toEqual([]);
});

test.each([
  ['no payload', {}],
  ['another key', { ...ON, when: 'now' }],
  ['wildcards', { ...ON, subtopics: ['#'] }],
  ['a list', []],
])('refuses a body with %s', async (_name, body) => {
  expect((await put('sp_command', body)).status).toBe(400);
});

test('a module on the broker is asked there, and answers under either name of the reply field', async () => {
  const asking = put('oven/bake', { payload: 180 });
  asking.then(
    () => undefined,
    () => undefined,
  );
  const question = await told('command/oven/bake');
  expect(question).toMatchObject({ data: 180, response_topic: question['response-id'] });
  await app.exchange.take(account + 1, question['response-id'] ?? '', Buffer.from('{"data":"forged"}'), 'MQTT');
  await app.exchange.take(account, question['response-id'] ?? '', Buffer.from('{"data":"hot"}'), 'MQTT');
  const { status, body } = await asking;
  expect([status, body]).toEqual([200, { 'oven/bake': { data: 'hot' } }]);
});

test('a module that does not answer within twelve seconds is null', async () => {
  const asking = put('ghost', { payload: 1, subtopics: ['a'] });
  asking.then(
    () => undefined,
    () => undefined,
  );
  await told('command/ghost/a');
  app.clock.advance(12_000);
  const { status, body } = await asking;
  expect([status, body]).toEqual([500, { 'ghost/a': null }]);
});

test('hooks hear of commands that Hearth answers itself', async () => {
  await put('sp_command/sp_g3', ON);
  expect(app.commands.map(([to, topic]) => [to, topic])).toEqual([[account, 'command/sp_command/sp_g3']]);
});

test('a component commands over MQTT and hears what became of it', async () => {
  const payload = JSON.stringify({ data: '{"status":1}', 'response-id': 'responses/api/1/2' });
  await app.exchange.take(account, 'command/sp_command/row/1', Buffer.from(payload), 'MQTT');
  expect(switched()).toEqual(['p1', 'p2']);
  expect(app.commands).toEqual([[account, 'responses/api/1/2', '{"data":{"successful":["sp_w.r1.c0","sp_w.r1.c1"]}}']]);
});

test('an answer never goes outside the tree of answers', async () => {
  const payload = JSON.stringify({ data: { status: 1 }, response_topic: 'emon/trick' });
  await app.exchange.take(account, 'command/sp_command/row/1', Buffer.from(payload), 'MQTT');
  expect(app.commands).toEqual([]);
});

test('what components tell as SenML is recorded, and answered as SenML', async () => {
  const now = Math.floor(app.clock.seconds() / 10) * 10;
  await app.users.setAccount(account, { autoRecord: true });
  for (const [ago, power] of [
    [60, 40],
    [50, 60],
    [40, 80],
  ] as const) {
    const pack = [
      { bn: 'sp_p0/power', bu: 'W', bt: now - ago, v: power },
      { bn: 'sp_p0/status', bu: 'S', v: 1 },
    ];
    await app.exchange.take(
      account,
      'data/sp_data/influx_data/sp',
      Buffer.from(JSON.stringify({ data: pack })),
      'MQTT',
    );
  }
  const ask = (query: string) => guest.get(`/api/out/influx_query/sp/power?${query}`);
  expect((await ask('id=p0&operation=MEAN')).body).toEqual([{ bn: 'power', n: '/sp_p0', u: 'W', t: now - 60, v: 60 }]);
  const raw = await ask(`type=p&from=${now - 55}`);
  expect([raw.status, raw.body.map((row: { v: number }) => row.v)]).toEqual([200, [60, 80]]);
  expect((await ask('row=7')).body).toEqual([]);
  expect((await guest.get('/api/out/influx_query/sp/status?operation=last')).body).toMatchObject([
    { bn: 'status', v: 1 },
  ]);
});

test('everything that is wrong with a question is told at once', async () => {
  const { status, body } = await guest.get('/api/out/influx_query/sp/colour?operation=guess&id=a&row=x&from=soon');
  expect(status).toBe(500);
  for (const part of ['measurement:', 'operation:', 'row:', 'from:']) expect(body.error).toContain(part);
});

test('a question nobody answers says so', async () => {
  const asking = guest.get('/api/out/ghost/x?y=1');
  asking.then(
    () => undefined,
    () => undefined,
  );
  expect((await told('query/ghost/x')).data).toEqual({ y: '1' });
  app.clock.advance(12_000);
  const { status, body } = await asking;
  expect([status, body]).toEqual([500, { error: 'No hook responded the request' }]);
});

test('a guest asks and does not command', async () => {
  expect((await guest.put('/api/in/sp_command/type/w').send(ON)).status).toBe(403);
  expect(fake.switched).toEqual([]);
});

test('a device with a place tells hooks what it measures', async () => {
  const device = app.devices.byIdentity(account, 'fake', 'p4');
  if (!device) throw new Error('no device');
  await app.intake.answered(device, { values: { power_w: 12 }, on: true, valid: true }, app.clock.monotonic());
  const [, topic, payload] = app.commands.at(-1) ?? [];
  expect(topic).toBe('data/fake/influx_data/sp');
  expect(JSON.parse(payload ?? '').data).toMatchObject([
    { bn: 'sp_g3/power', u: 'W', v: 12 },
    { bn: 'sp_g3/status', u: 'S', v: 1 },
  ]);
});

/** The question published on this topic, once it is. */
async function told(topic: string): Promise<Record<string, string | undefined>> {
  for (let tries = 0; tries < 500; tries += 1) {
    const found = app.commands.find(([, on]) => on === topic);
    if (found) return JSON.parse(found[2]);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing was published on ${topic}`);
}
