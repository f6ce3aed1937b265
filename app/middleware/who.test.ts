import request from 'supertest';
import { beforeAll, describe, expect, test } from 'vitest';
import { registration } from '../../test/people.ts';
import { POLICIES, peopleApp } from '../../test/people-app.ts';
import { testStores } from '../../test/stores.ts';
import { keyOf } from './who.ts';

const stores = await testStores();
const PASSWORD = 'three wet sheep';

async function house() {
  await stores.clear();
  const people = await peopleApp(stores);
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  const { keys, user } = made;
  for (const role of ['owner', 'adult', 'guest'] as const) {
    const secret = await people.users.invite(user.account, { name: role, role });
    await people.users.acceptInvitation(secret, { username: role, password: PASSWORD, email: '' });
  }
  const signedIn = async (username: string) => {
    const agent = request.agent(people.app);
    await agent.post('/sign-in').type('form').send({ username, password: PASSWORD }).expect(200);
    return agent;
  };
  return { ...people, keys, user, signedIn };
}

/** One house for a table of questions that change nothing in it. */
function sharedHouse(): () => Awaited<ReturnType<typeof house>> {
  let shared: Awaited<ReturnType<typeof house>> | null = null;
  beforeAll(async () => {
    shared = await house();
  });
  return () => {
    if (!shared) throw new Error('asked for before the tests run');
    return shared;
  };
}

const KEY = 'a'.repeat(32);
const PLACES: [name: string, query: object, form: object, headers: Record<string, string>, key: string | null][] = [
  ['in the query', { apikey: KEY }, {}, {}, KEY],
  ['in the form', {}, { apikey: KEY }, {}, KEY],
  ['as Bearer', {}, {}, { authorization: `Bearer ${KEY}` }, KEY],
  ['bare in Authorization', {}, {}, { authorization: KEY }, KEY],
  ['nowhere', {}, {}, {}, null],
  ['empty', { apikey: '' }, { apikey: '' }, { authorization: 'Bearer ' }, null],
  ['empty in the query, given in the form', { apikey: '' }, { apikey: KEY }, {}, KEY],
  ['in query and form: the query', { apikey: KEY }, { apikey: 'other' }, { authorization: 'third' }, KEY],
  ['a signature of an encrypted post', {}, {}, { authorization: '1:abc', 'content-type': 'aes128cbcgz' }, null],
];

test.each(PLACES)('a key %s', (_name, query, form, headers, key) => {
  expect(keyOf(query as Record<string, string>, form as Record<string, string>, headers)).toBe(key);
});

describe('a key that is none', () => {
  const shared = sharedHouse();
  const WRONG = ['a'.repeat(32), 'a'.repeat(31), 'g'.repeat(32), 'x', `${'a'.repeat(32)}\n`, "' OR 1=1 --"];

  test.each(WRONG)('%j: 401, EmonCMS’s words and header', async (key) => {
    const { app } = shared();
    const answer = await request(app).get('/feed/list.json').query({ apikey: key });
    expect(answer.status).toBe(401);
    expect(answer.text).toBe('Invalid API key');
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer realm="API KEY", error="invalid_apikey", error_description="Invalid API key"',
    );
  });

  test('is not helped by a good session', async () => {
    const { signedIn } = shared();
    const agent = await signedIn('Megan');
    await agent
      .get('/feed/list.json')
      .query({ apikey: 'f'.repeat(32) })
      .expect(401);
    await agent
      .get('/for/read')
      .set('Authorization', `Bearer ${'f'.repeat(32)}`)
      .expect(401);
  });
});

/** What each may use; a dash is 401 (signing in would help) and an X is 403 (it would not). */
const MATRIX: [who: string, allowed: Record<string, string>][] = [
  ['visitor', { anyone: 'ok', read: '-', write: '-', person: '-', adult: '-', owner: '-' }],
  ['read key', { anyone: 'ok', read: 'ok', write: 'X', person: 'X', adult: 'X', owner: 'X' }],
  ['write key', { anyone: 'ok', read: 'ok', write: 'ok', person: 'X', adult: 'X', owner: 'X' }],
  ['guest', { anyone: 'ok', read: 'ok', write: 'X', person: 'ok', adult: 'X', owner: 'X' }],
  ['adult', { anyone: 'ok', read: 'ok', write: 'ok', person: 'ok', adult: 'ok', owner: 'X' }],
  ['owner', { anyone: 'ok', read: 'ok', write: 'ok', person: 'ok', adult: 'ok', owner: 'ok' }],
];

describe('roles', () => {
  const shared = sharedHouse();

  test.each(MATRIX)('what a %s may use', async (who, allowed) => {
    const { app, keys, signedIn } = shared();
    const isPerson = ['guest', 'adult', 'owner'].includes(who);
    const agent = isPerson ? await signedIn(who) : request(app);
    const key = who === 'read key' ? keys.read : who === 'write key' ? keys.write : '';
    const got: Record<string, string> = {};
    for (const policy of POLICIES) {
      const { status } = await agent.get(`/for/${policy}`).set('Authorization', key);
      got[policy] = { 200: 'ok', 401: '-', 403: 'X' }[status] ?? String(status);
    }
    expect(got).toEqual(allowed);
  });
});

test('a request with a key asks nothing of the session store', async () => {
  const { keys, signedIn } = await house();
  const agent = await signedIn('Megan');
  const rows = await stores.redis.keys('session:*');
  await Promise.all(rows.map((row) => stores.redis.persist(row)));
  await agent.get('/feed/list.json').query({ apikey: keys.read }).expect(200);
  await agent.get('/for/read').set('Authorization', keys.write).expect(200);
  // A session that is looked at is also given its time to live again.
  expect(await stores.redis.ttl(rows[0] ?? '')).toBe(-1);
  await agent.get('/feed/list.json').expect(200);
  expect(await stores.redis.ttl(rows[0] ?? '')).toBeGreaterThan(0);
});

describe('a page elsewhere', () => {
  const shared = sharedHouse();
  const EVIL = 'http://evil.example';

  const POSTS: [name: string, headers: Record<string, string>, status: number][] = [
    ['its own origin', { Origin: EVIL }, 403],
    ['no origin to tell', { Origin: 'null' }, 403],
    ['what newer browsers add', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['our own origin', { Origin: 'http://hearth.local', 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['nothing, as a program', {}, 200],
  ];

  test.each(POSTS)('posts to a page with %s', async (_name, headers, status) => {
    const { signedIn } = shared();
    const agent = await signedIn('owner');
    await agent.post('/for/owner').set('Host', 'hearth.local').set(headers).expect(status);
  });

  test.each(POSTS)('posts to an EmonCMS address with %s', async (_name, headers, status) => {
    const { signedIn } = shared();
    const agent = await signedIn('owner');
    await agent.post('/user/newapikeywrite.json').set('Host', 'hearth.local').set(headers).expect(status);
  });

  test('cannot sign a visitor in to another account', async () => {
    const { app } = shared();
    const form = { username: 'Megan', password: PASSWORD };
    await request(app).post('/sign-in').type('form').set('Origin', EVIL).send(form).expect(403);
    await request(app).post('/user/login.json').type('form').set('Origin', EVIL).send(form).expect(403);
  });

  test('may post with an API key, as EmonCMS’s clients do', async () => {
    const { app, users } = shared();
    const keys = users.keys(1);
    await request(app).post('/for/write').set('Authorization', keys.write).set('Origin', EVIL).expect(200);
    await request(app).post('/feed/list.json').query({ apikey: keys.write }).set('Origin', EVIL).expect(200);
  });

  test('cannot change anything by a link: the browser leaves the strict cookie behind', async () => {
    const { app, users, user, keys } = await house();
    const response = await request(app).post('/sign-in').type('form').send({ username: 'Megan', password: PASSWORD });
    const sent = (response.headers['set-cookie'] as unknown as string[]).map((one) => one.split(';')[0] ?? '');
    const lax = sent.filter((one) => one.startsWith('EMONCMS_SESSID')).join('; ');
    expect(response.headers['set-cookie']?.[1]).toMatch(/^HEARTH_SITE=.*SameSite=Strict/);
    const visit = (cookie: string) =>
      request(app).get('/user/newapikeywrite.json').set('Accept', 'text/html,*/*').set('Cookie', cookie);
    expect((await visit(lax)).text).toBe('false');
    expect((await visit(`${lax}; HEARTH_SITE=${'A'.repeat(22)}`)).text).toBe('false');
    expect(users.keys(user.account)).toEqual(keys);
    expect((await visit(sent.join('; '))).body.success).toBe(true);
    // A page of ours opens signed in all the same.
    await request(app).get('/page').set('Accept', 'text/html').set('Cookie', lax).expect(200);
  });
});

test('a name that is not the hub’s own gets 421 at every door', async () => {
  const { app, keys } = await house();
  for (const path of ['/', '/page', '/user/register.json', `/feed/list.json?apikey=${keys.read}`]) {
    const answer = await request(app).get(path).set('Host', 'evil.example');
    expect(answer.status).toBe(421);
    expect(answer.text).toContain('Use hearth.local or the hub’s own address.');
    expect(answer.text).not.toContain(keys.read);
  }
});

test('an empty hub leads to the set-up page', async () => {
  await stores.clear();
  const { app } = await peopleApp(stores);
  await request(app).get('/page').expect(303).expect('Location', '/set-up');
});

test('every answer keeps the page to itself', async () => {
  const { app } = await house();
  const { headers } = await request(app).get('/for/anyone');
  expect(headers['content-security-policy']).toContain("default-src 'self'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).not.toContain('unsafe');
  expect(headers).toMatchObject({ 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff' });
  expect(headers['permissions-policy']).toContain('camera=()');
  expect(headers['strict-transport-security']).toBeUndefined();
  expect(headers['x-request-id']).toMatch(/^[0-9a-f]{12}$/);
});
