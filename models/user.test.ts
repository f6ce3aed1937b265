import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { connectMysql } from '../app/connections/mysql.ts';
import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { registration, testPeople } from '../test/people.ts';
import { testStores } from '../test/stores.ts';
import type { UserModel } from './user.ts';
import { REGISTER, type Registration } from './user-register.ts';

const stores = await testStores();

beforeEach(stores.clear);

async function made(users: UserModel, over: Partial<Registration> = {}) {
  const answer = await users.register(registration(over));
  if (!answer.ok) throw new Error(answer.why);
  return answer;
}

describe('the first account', () => {
  test('is the owner of its own household, and the hub is set up', async () => {
    const { users } = await testPeople(stores, { openRegistration: false });
    expect(users.isEmpty()).toBe(true);
    const { user, keys } = await made(users);
    expect(users.isEmpty()).toBe(false);
    expect(user).toMatchObject({ account: user.id, role: 'owner', home: 'Tan-y-bryn', language: 'cy' });
    expect(users.keys(user.id)).toEqual(keys);
    expect(keys.read).toMatch(/^[0-9a-f]{32}$/);
    expect(keys.write).toMatch(/^[0-9a-f]{32}$/);
    expect(users.account(user.id)).toMatchObject({ autoRecord: true, timezone: 'Europe/London' });
  });

  test('of twenty made at once is one; the others are told that it takes an invitation', async () => {
    const { users } = await testPeople(stores, { openRegistration: false });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => users.register(registration({ username: `person${i}` }))),
    );
    expect(answers.filter((one) => one.ok)).toHaveLength(1);
    expect(answers.filter((one) => !one.ok && one.why === 'invitation-only')).toHaveLength(19);
    const { count } = await stores.db
      .selectFrom('users')
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(1);
  });
});

test('of one name registered ten times at once, one is taken', async () => {
  const { users } = await testPeople(stores);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => users.register(registration({ username: i % 2 ? 'megan' : 'MEGAN' }))),
  );
  expect(answers.filter((one) => one.ok)).toHaveLength(1);
  expect(answers.filter((one) => !one.ok && one.why === 'username-taken')).toHaveLength(9);
});

test('where registration is open everybody owns a household of their own', async () => {
  const { users } = await testPeople(stores);
  const one = await made(users);
  const two = await made(users, { username: 'Tomos', rule: 'emoncms', password: 'abcd', timezone: 'Not/AZone' });
  expect(two.user).toMatchObject({ account: two.user.id, role: 'owner', timezone: 'UTC' });
  expect(users.account(two.user.id)?.autoRecord).toBe(false);
  expect(users.people(one.user.id).map((user) => user.username)).toEqual(['Megan']);
});

const REFUSALS: [name: string, over: Partial<Registration>, why: string][] = [
  ['a name with a space', { username: 'Me gan' }, 'username-characters'],
  ['a password of seven', { password: 'sheep12' }, 'password-short'],
  ['a common password', { password: 'Password123' }, 'password-common'],
  ['their name as password', { username: 'Rhiannon7', password: 'rhiannon7' }, 'password-common'],
  ['an address that is none', { email: 'megan' }, 'email'],
  ['no address over EmonCMS’s interface', { email: '', rule: 'emoncms' }, 'email'],
];

test.each(REFUSALS)('%s is refused', async (_name, over, why) => {
  const { users } = await testPeople(stores);
  expect(await users.register(registration(over))).toEqual({ ok: false, why });
  expect(users.isEmpty()).toBe(true);
});

test('no address is fine on the set-up page', async () => {
  const { users } = await testPeople(stores);
  expect((await users.register(registration({ email: '' }))).ok).toBe(true);
});

test('one address may register no more than the limit', async () => {
  const { users } = await testPeople(stores, { redis: null });
  const address = '10.0.0.7';
  for (let i = 0; i < REGISTER.points; i++) await users.attempts.take(REGISTER, address);
  expect(await users.register(registration({ address }))).toEqual({ ok: false, why: 'too-many' });
  expect((await users.register(registration({ address: '10.0.0.8' }))).ok).toBe(true);
});

test('a start finds everybody and every key as they were', async () => {
  const before = (await testPeople(stores)).users;
  const { user, keys } = await made(before);
  await before.setAccount(user.id, { powerFeed: 7, inputsDisabled: true, home: 'Pen-y-bont' });
  await before.set(user.id, { timezone: 'Europe/Berlin', language: 'de' });
  const { users } = await testPeople(stores);
  expect(users.find(user.id)).toEqual(before.find(user.id));
  expect(users.find(user.id)).toMatchObject({ home: 'Pen-y-bont', timezone: 'Europe/Berlin', language: 'de' });
  expect(users.byKey(keys.write)).toEqual({
    account: user.id,
    user: null,
    role: 'adult',
    by: 'write key',
    timezone: 'Europe/Berlin',
  });
  expect(users.byKey(keys.read)).toMatchObject({ role: 'guest', by: 'read key' });
  expect(users.account(user.id)).toEqual(before.account(user.id));
});

test('what pages get of a person holds no secret', async () => {
  const { users } = await testPeople(stores);
  const { user, keys } = await made(users);
  const shown = JSON.stringify([user, users.people(user.id), users.who(user.id), users.byKey(keys.read)]);
  for (const secret of ['argon2', keys.read, keys.write]) expect(shown).not.toContain(secret);
});

test.each(['read', 'write'] as const)('a renewed %s key is good at once and the old one dead', async (kind) => {
  const { users } = await testPeople(stores);
  const { user, keys } = await made(users);
  const told: number[] = [];
  users.onWriteKeyRenewed((account) => told.push(account));
  const key = await users.renewKey(user.account, kind);
  expect(told).toEqual(kind === 'write' ? [user.account] : []);
  expect(users.byKey(keys[kind])).toBeUndefined();
  expect(users.byKey(key)).toMatchObject({ account: user.id, by: `${kind} key` });
  const after = (await testPeople(stores)).users;
  expect(after.byKey(keys[kind])).toBeUndefined();
  expect(after.byKey(key)).toBeDefined();
});

describe('a password change', () => {
  const OLD = 'three wet sheep';
  const NEXT = 'four dry goats';
  const CHANGES: [name: string, old: string, next: string, answer: object][] = [
    ['with the right old one', OLD, NEXT, { ok: true }],
    ['with a wrong old one', 'guess', NEXT, { ok: false, why: 'wrong-password' }],
    ['to a short one', OLD, 'abc', { ok: false, why: 'password-short' }],
    ['to a common one', OLD, 'password123', { ok: false, why: 'password-common' }],
  ];

  test.each(CHANGES)('%s', async (_name, old, next, answer) => {
    const { users } = await testPeople(stores);
    const { user } = await made(users);
    const epoch = users.sessionEpoch(user.id);
    expect(await users.changePassword(user.id, { old, next, rule: 'household' })).toEqual(answer);
    const changed = 'ok' in answer && answer.ok === true;
    expect((await users.verify('Megan', changed ? next : OLD, '10.0.0.1')).ok).toBe(true);
    expect(users.sessionEpoch(user.id) !== epoch).toBe(changed);
  });

  test('cannot be used to guess the old one', async () => {
    const { users } = await testPeople(stores);
    const { user } = await made(users);
    const answers: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      answers.push(await users.changePassword(user.id, { old: `guess ${i}`, next: NEXT, rule: 'household' }));
    }
    expect(answers.at(-1)).toEqual({ ok: false, why: 'too-many' });
    const right = await users.changePassword(user.id, { old: OLD, next: NEXT, rule: 'household' });
    expect(right).toEqual({ ok: false, why: 'too-many' });
  });
});

test('a name and an address change, and the old name is free', async () => {
  const { users } = await testPeople(stores);
  const { user } = await made(users);
  await made(users, { username: 'Tomos' });
  expect(await users.changeUsername(user.id, 'tomos')).toEqual({ ok: false, why: 'username-taken' });
  expect(await users.changeUsername(user.id, 'Nia')).toEqual({ ok: true });
  expect(await users.changeEmail(user.id, 'bad')).toEqual({ ok: false, why: 'email' });
  expect(await users.changeEmail(user.id, '', 'emoncms')).toEqual({ ok: false, why: 'email' });
  expect(await users.changeEmail(user.id, '')).toEqual({ ok: true });
  expect(users.find(user.id)).toMatchObject({ username: 'Nia', email: '' });
  expect((await users.register(registration({ username: 'Megan' }))).ok).toBe(true);
});

describe('a household', () => {
  async function household() {
    const { users } = await testPeople(stores, { openRegistration: false });
    const { user: megan, keys } = await made(users);
    const join = async (username: string, role: 'owner' | 'adult' | 'guest') => {
      const secret = await users.invite(megan.account, { name: username, role });
      const joined = await users.acceptInvitation(secret, { username, password: 'four dry goats', email: '' });
      if (!joined.ok) throw new Error(joined.why);
      return joined.user;
    };
    return { users, megan, keys, tomos: await join('Tomos', 'adult'), nia: await join('Nia', 'guest') };
  }

  test('is one account with a role for each', async () => {
    const { users, megan, tomos, nia } = await household();
    expect(users.people(megan.account).map(({ username, role }) => [username, role])).toEqual([
      ['Megan', 'owner'],
      ['Tomos', 'adult'],
      ['Nia', 'guest'],
    ]);
    expect(tomos).toMatchObject({ account: megan.id, home: 'Tan-y-bryn', timezone: 'Europe/London', language: 'cy' });
    expect(users.who(nia.id)).toMatchObject({ account: megan.id, user: nia.id, role: 'guest', by: 'session' });
  });

  test('shows a new name of the home to everybody', async () => {
    const { users, megan, nia } = await household();
    await users.setAccount(megan.id, { home: 'Pen-y-bont' });
    expect(users.find(nia.id)?.home).toBe('Pen-y-bont');
  });

  test('never loses its first owner', async () => {
    const { users, megan } = await household();
    await expect(users.remove(megan.account, megan.id)).rejects.toMatchObject({ code: 'HUB_FORBIDDEN' });
    await expect(users.setRole(megan.account, megan.id, 'guest')).rejects.toMatchObject({ code: 'HUB_FORBIDDEN' });
    expect(users.find(megan.id)?.role).toBe('owner');
  });

  test('has no say over the people of another', async () => {
    const { users, tomos } = await household();
    const other = (await testPeople(stores)).users;
    const { user: stranger } = await made(other, { username: 'Stranger' });
    await users.load();
    await expect(users.remove(stranger.account, tomos.id)).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' });
    await expect(users.setRole(stranger.account, tomos.id, 'guest')).rejects.toMatchObject({ code: 'HUB_NOT_FOUND' });
    await expect(users.setPassword(stranger.account, tomos.id, 'mine now, thanks')).rejects.toMatchObject({
      code: 'HUB_NOT_FOUND',
    });
    expect(await users.makeResetLink(stranger.account, tomos.id)).toBeUndefined();
  });

  test('changes a role from the next request on', async () => {
    const { users, megan, tomos } = await household();
    await users.setRole(megan.account, tomos.id, 'guest');
    expect(users.who(tomos.id)?.role).toBe('guest');
  });

  test('takes a person off: no sign-in, no session, and the name is free', async () => {
    const { users, megan, tomos } = await household();
    await users.remove(megan.account, tomos.id);
    expect(users.who(tomos.id)).toBeUndefined();
    expect(users.sessionEpoch(tomos.id)).toBeUndefined();
    expect((await users.verify('Tomos', 'four dry goats', '10.0.0.1')).ok).toBe(false);
    expect((await testPeople(stores)).users.people(megan.account)).toHaveLength(2);
  });

  test('lets an owner set the password of somebody who forgot it', async () => {
    const { users, megan, nia } = await household();
    const epoch = users.sessionEpoch(nia.id);
    expect(await users.setPassword(megan.account, nia.id, 'short')).toEqual({ ok: false, why: 'password-short' });
    expect(await users.setPassword(megan.account, nia.id, 'a new one for Nia')).toEqual({ ok: true });
    expect((await users.verify('Nia', 'a new one for Nia', '10.0.0.1')).ok).toBe(true);
    expect(users.sessionEpoch(nia.id)).not.toBe(epoch);
  });

  const LOGINS: [name: string, username: string, key: 'read' | 'write' | 'none', ok: boolean][] = [
    ['the owner’s name and the write key', 'Megan', 'write', true],
    ['an adult’s name and the write key', 'tomos', 'write', true],
    ['a guest’s name and the write key', 'Nia', 'write', false],
    ['the read key', 'Megan', 'read', false],
    ['no key', 'Megan', 'none', false],
    ['an unknown name and the write key', 'Nobody', 'write', false],
  ];

  test.each(LOGINS)('over MQTT: %s', async (_name, username, key, ok) => {
    const { users, megan, keys } = await household();
    const who = users.mqttLogin(username, key === 'none' ? '' : keys[key]);
    expect(who?.account).toBe(ok ? megan.account : undefined);
  });
});

test('a person was last here on the day they were last here', async () => {
  const { users, clock } = await testPeople(stores);
  const { user } = await made(users);
  await users.seen(user.id);
  const first = users.find(user.id)?.lastSeen;
  expect(first).toBe(clock.seconds());
  clock.advance(3_600_000);
  await users.seen(user.id);
  expect(users.find(user.id)?.lastSeen).toBe(first);
  clock.advance(86_400_000);
  await users.seen(user.id);
  expect(users.find(user.id)?.lastSeen).toBe(clock.seconds());
});

test('while MySQL is away people and keys go on, and a change is refused and changes nothing', async () => {
  const { keys, user } = await made((await testPeople(stores)).users);
  const mysql = await connectMysql({ url: stores.mysqlUrl, clock: new ManualClock(), log: createLog('silent') });
  const away = (await testPeople({ ...stores, db: mysql.db })).users;
  await mysql.close();
  expect(away.byKey(keys.write)?.account).toBe(user.id);
  expect((await away.verify('Megan', 'three wet sheep', '10.0.0.1')).ok).toBe(true);
  const changes = [
    () => away.changeEmail(user.id, 'new@example.org'),
    () => away.renewKey(user.account, 'write'),
    () => away.signOutEverywhere(user.id),
    () => away.register(registration({ username: 'Tomos' })),
    () => away.invite(user.account, { name: 'Tomos', role: 'guest' }),
  ];
  for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'HUB_STORE_AWAY' });
  expect(away.find(user.id)?.email).toBe('megan@example.org');
  expect(away.keys(user.account)).toEqual(keys);
  expect(away.sessionEpoch(user.id)).toBe(0);
});
