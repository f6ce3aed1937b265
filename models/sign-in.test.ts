import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { registration, testPeople } from '../test/people.ts';
import { testStores } from '../test/stores.ts';
import { Directory } from './directory.ts';
import { importedPassword, Passwords } from './password.ts';
import { SIGN_IN_ACCOUNT, SIGN_IN_ADDRESS, SIGN_IN_PAIR, SignIn } from './sign-in.ts';
import type { UserModel } from './user.ts';

const stores = await testStores();
const RIGHT = 'three wet sheep';
const HOME = '192.168.1.20';

beforeEach(stores.clear);

async function house(redis: typeof stores.redis | null = stores.redis): Promise<UserModel> {
  const { users } = await testPeople(stores, { redis });
  await users.register(registration());
  return users;
}

async function guess(users: UserModel, count: number, name = 'Megan', address: (i: number) => string = () => HOME) {
  const answers: string[] = [];
  for (let i = 0; i < count; i++) {
    const answer = await users.verify(name, `guess ${i}`, address(i));
    answers.push(answer.ok ? 'ok' : answer.why);
  }
  return answers;
}

const NAMES: [name: string, given: string, password: string, answer: string][] = [
  ['the right name and password', 'Megan', RIGHT, 'ok'],
  ['another case of the name', 'mEGAN', RIGHT, 'ok'],
  ['the e-mail address', 'Megan@Example.org', RIGHT, 'ok'],
  ['a wrong password', 'Megan', 'wet sheep three', 'wrong'],
  ['another case of the password', 'Megan', 'Three Wet Sheep', 'wrong'],
  ['no password', 'Megan', '', 'wrong'],
  ['an unknown name', 'Nobody', RIGHT, 'wrong'],
  ['an unknown address', 'nobody@example.org', RIGHT, 'wrong'],
  ['a password as long as a book', 'Megan', 'x'.repeat(100_000), 'wrong'],
  ['a name with a quote', "Megan' OR '1'='1", RIGHT, 'wrong'],
];

test.each(NAMES)('%s', async (_name, given, password, answer) => {
  const users = await house();
  const checked = await users.verify(given, password, HOME);
  expect(checked.ok ? 'ok' : checked.why).toBe(answer);
});

test('an address that two people share signs in neither', async () => {
  const users = await house();
  await users.register(registration({ username: 'Tomos' }));
  expect((await users.verify('megan@example.org', RIGHT, HOME)).ok).toBe(false);
});

describe.each([
  ['with Redis', () => stores.redis],
  ['without Redis', () => null],
])('guessing %s', (_name, redis) => {
  test('at one account from one address is stopped, also for the right password', async () => {
    const users = await house(redis());
    const answers = await guess(users, SIGN_IN_PAIR.points + 2);
    expect(answers.indexOf('too-many')).toBe(SIGN_IN_PAIR.points);
    expect(await users.verify('Megan', RIGHT, HOME)).toMatchObject({ ok: false, why: 'too-many' });
  });

  test('at names that do not exist is stopped the same way', async () => {
    const users = await house(redis());
    const answers = await guess(users, SIGN_IN_PAIR.points + 1, 'Nobody');
    expect(answers.indexOf('too-many')).toBe(SIGN_IN_PAIR.points);
  });
});

test('another address may still sign in to the guessed account', async () => {
  const users = await house();
  await guess(users, SIGN_IN_PAIR.points + 1);
  expect((await users.verify('Megan', RIGHT, '192.168.1.21')).ok).toBe(true);
});

test('guessing at one account from many addresses is stopped, but not where the person signed in before', async () => {
  const users = await house(null);
  expect((await users.verify('Megan', RIGHT, HOME)).ok).toBe(true);
  const answers = await guess(users, SIGN_IN_ACCOUNT.points + 1, 'Megan', (i) => `10.0.${i}.1`);
  expect(answers.indexOf('too-many')).toBe(SIGN_IN_ACCOUNT.points);
  expect(await users.verify('Megan', RIGHT, '10.9.9.9')).toMatchObject({ why: 'too-many' });
  expect((await users.verify('Megan', RIGHT, HOME)).ok).toBe(true);
});

test('guessing at many accounts from one address is stopped, whatever else is signed in to in between', async () => {
  const users = await house(null);
  const answers: string[] = [];
  for (let i = 0; i <= SIGN_IN_ADDRESS.points; i++) {
    answers.push(...(await guess(users, 1, `name${i}`)));
    if (i % 20 === 0) await users.verify('Megan', RIGHT, HOME);
  }
  expect(answers.indexOf('too-many')).toBe(SIGN_IN_ADDRESS.points);
  expect(await users.verify('Megan', RIGHT, HOME)).toMatchObject({ why: 'too-many' });
});

test('one IPv6 household is one address, whichever of its billions it uses', async () => {
  const users = await house();
  const answers = await guess(users, SIGN_IN_PAIR.points + 1, 'Megan', (i) => `2001:db8:1:2::${i + 1}`);
  expect(answers.at(-1)).toBe('too-many');
});

test('signing in forgives the mistakes before it', async () => {
  const users = await house();
  await guess(users, SIGN_IN_PAIR.points - 1);
  expect((await users.verify('Megan', RIGHT, HOME)).ok).toBe(true);
  expect(await guess(users, SIGN_IN_PAIR.points - 1)).not.toContain('too-many');
});

test.each([
  ['a person', 'Megan'],
  ['nobody', 'Nobody'],
  ['a person with no password yet', 'Tomos'],
])('the name of %s costs one password check, so that the time taken tells nothing', async (_name, given) => {
  const users = await house();
  const { user } = (await users.register(registration({ username: 'Tomos' }))) as { user: { id: number } };
  await stores.db.updateTable('users').set({ password: '' }).where('id', '=', user.id).execute();
  const directory = new Directory(stores.db);
  await directory.load();
  const checked: (string | null)[] = [];
  class Counted extends Passwords {
    override verify(stored: string | null, password: string): Promise<boolean> {
      checked.push(password);
      return super.verify(stored, password);
    }
  }
  const signIn = new SignIn({ directory, passwords: new Counted(), attempts: users.attempts });
  expect(await signIn.verify(given, 'a guess', HOME)).toMatchObject({ ok: false, why: 'wrong' });
  expect(checked).toEqual(['a guess']);
});

test('a hundred guesses at once are a hundred guesses', async () => {
  const users = await house();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => users.verify('Megan', `guess ${i}`, HOME)));
  expect(answers.filter((one) => !one.ok && one.why === 'wrong')).toHaveLength(SIGN_IN_PAIR.points);
});

test('a password out of EmonCMS signs in and is hashed anew with it', async () => {
  const users = await house();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const salt = '00112233445566778899aabbccddeeff';
  await stores.db
    .updateTable('users')
    .set({ password: importedPassword(salt, sha256(salt + sha256('emonpi2016'))) ?? '' })
    .execute();
  await users.load();
  const stored = async () =>
    (await stores.db.selectFrom('users').select('password').executeTakeFirstOrThrow()).password;
  expect((await users.verify('Megan', 'emonpi2017', HOME)).ok).toBe(false);
  expect(await stored()).toMatch(/^\$emoncms\$/);
  expect((await users.verify('Megan', 'emonpi2016', HOME)).ok).toBe(true);
  expect(await stored()).toMatch(/^\$argon2id\$/);
  expect((await users.verify('Megan', 'emonpi2016', HOME)).ok).toBe(true);
  expect((await users.verify('Megan', 'emonpi2017', HOME)).ok).toBe(false);
});
