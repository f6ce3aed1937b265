import request from 'supertest';
import { beforeEach, describe, expect, test } from 'vitest';
import { endMortalRedis, mortalRedis } from '../../test/mortal-redis.ts';
import { registration, type TestPeopleOptions } from '../../test/people.ts';
import { type PeopleApp, peopleApp } from '../../test/people-app.ts';
import { testStores } from '../../test/stores.ts';

const stores = await testStores();
endMortalRedis();
const RIGHT = { username: 'Megan', password: 'three wet sheep' };

beforeEach(stores.clear);

async function house(options: TestPeopleOptions = {}): Promise<PeopleApp & { userId: number }> {
  const people = await peopleApp(stores, options);
  const made = await people.users.register(registration());
  if (!made.ok) throw new Error(made.why);
  return { ...people, userId: made.user.id };
}

const sessionRows = () => stores.redis.keys('session:*');

function cookies(response: request.Response): string[] {
  return (response.headers['set-cookie'] as string[] | undefined) ?? [];
}

async function whoIs(agent: ReturnType<typeof request.agent>): Promise<string | null> {
  const { body } = await agent.get('/for/anyone');
  return body?.by ?? null;
}

describe('signing in', () => {
  test('by cookie: HttpOnly, Lax, for the browser’s session', async () => {
    const { app } = await house();
    const agent = request.agent(app);
    const response = await agent.post('/sign-in').type('form').send(RIGHT).expect(200);
    const cookie = cookies(response).find((one) => one.startsWith('EMONCMS_SESSID='));
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await whoIs(agent)).toBe('session');
    const [row = ''] = await sessionRows();
    expect(await stores.redis.ttl(row)).toBeGreaterThan(86_000);
    expect(await stores.redis.ttl(row)).toBeLessThanOrEqual(86_400);
  });

  test('to stay: for ninety days, counted anew each day', async () => {
    const { app, clock } = await house();
    const agent = request.agent(app);
    const first = await agent
      .post('/sign-in')
      .type('form')
      .send({ ...RIGHT, stay: 'yes' });
    expect(cookies(first).find((one) => one.startsWith('EMONCMS_SESSID='))).toContain('Expires=');
    const [row = ''] = await sessionRows();
    expect(await stores.redis.ttl(row)).toBeGreaterThan(89 * 86_400);
    expect(cookies(await agent.get('/for/person'))).toEqual([]);
    clock.advance(86_400_000);
    expect(cookies(await agent.get('/for/person'))).toHaveLength(2);
    expect(cookies(await agent.get('/for/person'))).toEqual([]);
  });

  test('gives a new session id: one planted before is worth nothing', async () => {
    const { app } = await house();
    const agent = request.agent(app);
    const before = cookies(await agent.post('/sign-in').type('form').send(RIGHT))[0] ?? '';
    const planted = before.split(';')[0] ?? '';
    const after = await request(app).post('/sign-in').set('Cookie', planted).type('form').send(RIGHT);
    expect(cookies(after)[0]?.split(';')[0]).not.toBe(planted);
    const { body } = await request(app).get('/for/anyone').set('Cookie', planted);
    expect(body).toBeNull();
  });

  test('with an id of the attacker’s choice does not use that id', async () => {
    const { app } = await house();
    const cookie = 'EMONCMS_SESSID=s%3Achosen.AAAA';
    await request(app).post('/sign-in').set('Cookie', cookie).type('form').send(RIGHT).expect(200);
    expect(await sessionRows()).not.toContain('session:chosen');
    expect((await request(app).get('/for/anyone').set('Cookie', cookie)).body).toBeNull();
  });
});

test('visitors leave nothing in Redis and get no cookie', async () => {
  const { app } = await house();
  const visit = await request(app).get('/for/anyone').expect(200);
  const wrong = await request(app)
    .post('/sign-in')
    .type('form')
    .send({ ...RIGHT, password: 'guess' });
  expect([...cookies(visit), ...cookies(wrong)]).toEqual([]);
  expect(await sessionRows()).toEqual([]);
});

describe('a session is over', () => {
  const ENDS: [name: string, end: (people: PeopleApp & { userId: number }) => Promise<unknown>][] = [
    ['when signed out everywhere', ({ users, userId }) => users.signOutEverywhere(userId)],
    [
      'when the password changes',
      ({ users, userId }) =>
        users.changePassword(userId, { old: RIGHT.password, next: 'four dry goats', rule: 'household' }),
    ],
    [
      'when an owner sets the password',
      ({ users, userId }) => users.setPassword(userId, userId, 'four dry goats indeed'),
    ],
    ['when it is no longer in Redis', () => stores.redis.flushdb()],
  ];

  test.each(ENDS)('%s', async (_name, end) => {
    const people = await house();
    const agent = request.agent(people.app);
    await agent.post('/sign-in').type('form').send(RIGHT);
    expect(await whoIs(agent)).toBe('session');
    await end(people);
    expect(await whoIs(agent)).toBeNull();
    await agent.get('/for/person').expect(401);
  });

  test('when its person is taken off the household', async () => {
    const { app, users, userId } = await house();
    const secret = await users.invite(userId, { name: 'Tomos', role: 'owner' });
    const joined = await users.acceptInvitation(secret, { ...RIGHT, username: 'Tomos', email: '' });
    const agent = request.agent(app);
    await agent
      .post('/sign-in')
      .type('form')
      .send({ ...RIGHT, username: 'Tomos' });
    await agent.get('/for/owner').expect(200);
    await users.remove(userId, joined.ok ? joined.user.id : 0);
    await agent.get('/for/owner').expect(401);
  });

  test('when signed out: the row is gone and a kept cookie useless', async () => {
    const { app } = await house();
    const agent = request.agent(app);
    const kept = cookies(await agent.post('/sign-in').type('form').send(RIGHT)).map((one) => one.split(';')[0] ?? '');
    const out = await agent.post('/sign-out').expect(200);
    expect(cookies(out)).toHaveLength(2);
    expect(await sessionRows()).toEqual([]);
    expect((await request(app).get('/for/anyone').set('Cookie', kept.join('; '))).body).toBeNull();
  });
});

describe('while Redis is away', () => {
  test('nobody is signed in, nothing hangs, and signing in says so', async () => {
    const { redis, kill } = await mortalRedis();
    const { app } = await house({ redis });
    const agent = request.agent(app);
    await agent.post('/sign-in').type('form').send(RIGHT).expect(200);
    expect(await whoIs(agent)).toBe('session');
    await kill();
    expect(await whoIs(agent)).toBeNull();
    await agent.get('/page').expect(303).expect('Location', '/sign-in?to=%2Fpage');
    const refused = await agent.post('/sign-in').type('form').send(RIGHT).expect(503);
    expect(refused.body).toEqual({ code: 'HUB_STORE_AWAY' });
    expect(cookies(refused)).toEqual([]);
    await agent.post('/sign-out').expect(200);
    redis.disconnect();
  });

  test('and when it hangs, a page waits for it no longer than a second', async () => {
    const { redis, freeze } = await mortalRedis();
    const { app, clock } = await house({ redis });
    const agent = request.agent(app);
    await agent.post('/sign-in').type('form').send(RIGHT).expect(200);
    freeze();
    // The request reaches the store some time soon; the hand-moved clock moves on until it has.
    const moving = setInterval(() => clock.advance(500), 5);
    expect(await whoIs(agent)).toBeNull();
    clearInterval(moving);
    redis.disconnect();
  });
});
