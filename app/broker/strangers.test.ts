import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { Strangers } from './strangers.ts';

test('one address cannot keep all others out', () => {
  const strangers = new Strangers();
  const leave = Array.from({ length: LIMITS.strangersPerAddress }, () => strangers.enter('10.0.0.1'));
  expect([strangers.hasRoom('10.0.0.1'), strangers.hasRoom('10.0.0.2')]).toEqual([false, true]);
  leave[0]?.();
  expect(strangers.hasRoom('10.0.0.1')).toBe(true);
  for (let others = 0; others <= LIMITS.strangers - LIMITS.strangersPerAddress; others += 1)
    strangers.enter(`${others}`);
  expect(strangers.hasRoom('10.0.0.3')).toBe(false);
});
