import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { importedPassword, Passwords } from './password.ts';

const passwords = new Passwords();

test('a hash is argon2id at OWASP’s setting, and different each time', async () => {
  const [one, two] = await Promise.all([passwords.hash('three wet sheep'), passwords.hash('three wet sheep')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(one)).toMatchObject({ memoryCost: 19456, timeCost: 2, parallelism: 1 });
  expect(two).not.toBe(one);
});

test('only the right password matches', async () => {
  const stored = await passwords.hash('three wet sheep');
  expect(await passwords.verify(stored, 'three wet sheep')).toBe(true);
  expect(await passwords.verify(stored, 'three wet sheep ')).toBe(false);
  expect(await passwords.verify(stored, '')).toBe(false);
});

test.each([
  ['nobody', null],
  ['somebody without a password', ''],
])('the password of %s matches nothing, not even none', async (_name, stored) => {
  expect(await passwords.verify(stored, '')).toBe(false);
  expect(await passwords.verify(stored, 'three wet sheep')).toBe(false);
});

test('many at once all come out right', async () => {
  const stored = await passwords.hash('right');
  const answers = await Promise.all(
    ['right', 'wrong', 'right', 'wrong', 'right'].map((password) => passwords.verify(stored, password)),
  );
  expect(answers).toEqual([true, false, true, false, true]);
});

// sha256(salt . sha256("three wet sheep")), as EmonCMS stores it.
const SALT = '0123456789abcdef0123456789abcdef';
const HASH = 'feba4d75dc80bc031a723e3eaf57ddb81c6b0a0a18bfbb2da8080113cb218638';

test('a password out of EmonCMS matches what it matched there, and asks to be hashed anew', async () => {
  const stored = importedPassword(SALT, HASH.toUpperCase());
  expect(stored).toBe(`$emoncms$${SALT}$${HASH}`);
  expect(await passwords.verify(stored, 'three wet sheep')).toBe(true);
  expect(await passwords.verify(stored, 'three wet goats')).toBe(false);
  expect(await passwords.verify(stored, '')).toBe(false);
  expect(passwords.isImported(stored ?? '')).toBe(true);
  expect(passwords.isImported(await passwords.hash('three wet sheep'))).toBe(false);
});

test.each([
  ['no hash', SALT, ''],
  ['a hash of another kind', SALT, '5f4dcc3b5aa765d61d8327deb882cf99'],
  ['no salt', '', HASH],
  ['a salt that would divide the stored form', 'a$b', HASH],
])('%s is no password out of EmonCMS', (_name, salt, hashed) => {
  expect(importedPassword(salt, hashed)).toBeNull();
});
