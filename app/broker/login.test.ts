import { expect, test } from 'vitest';
import type { Who } from '../../models/who.ts';
import { LIMITS } from './limits.ts';
import { Login, REFUSAL } from './login.ts';

const who: Who = { account: 1, user: null, role: 'adult', by: 'device login', timezone: 'UTC' };

test('where an address has tried too often, a login that was just given out still opens, and no other', async () => {
  const login = new Login({
    mqttLogin: (_name, key) => (key === 'right' ? who : undefined),
    isFresh: (name) => name === 'fresh',
  });
  const check = (name: string, key: string) => login.check(name, Buffer.from(key), '10.0.0.7');
  for (let guess = 0; guess < LIMITS.failuresPerAddress; guess += 1)
    expect(await check(`old${guess % 4}`, 'wrong')).toBe(REFUSAL.badLogin);
  expect(await check('other', 'right')).toBe(REFUSAL.notAuthorised);
  expect(await check('fresh', 'right')).toBe(who);
  for (let guess = 0; guess < LIMITS.failuresPerName; guess += 1)
    expect(await login.check('fresh', Buffer.from('wrong'), '10.0.0.8')).toBe(REFUSAL.badLogin);
  expect(await login.check('fresh', Buffer.from('right'), '10.0.0.8')).toBe(REFUSAL.notAuthorised);
});
