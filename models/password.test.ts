import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { Passwords } from './password.ts';

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
