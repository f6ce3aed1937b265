import { expect, test } from 'vitest';
import { covers } from '../../lib/topic-filter.ts';
import type { Who } from '../../models/who.ts';
import { Topics } from './topics.ts';

test.each([
  ['emon/#', 'emon/a', true],
  ['emon/#', 'emon/a/b/c', true],
  ['emon/#', 'emon/#', true],
  ['emon/#', 'emon/+/a', true],
  ['emon/#', 'emon', true],
  ['emon/#', 'emonx/a', false],
  ['emon/#', '#', false],
  ['emon/#', '+/a', false],
  ['emon/+/in', 'emon/plug/in', true],
  ['emon/+/in', 'emon/+/in', true],
  ['emon/+/in', 'emon/#', false],
  ['emon/+/in', 'emon/plug/in/x', false],
  ['emon/plug/#', 'emon/+/x', false],
  ['emon/plug', 'emon/plug', true],
  ['emon/plug', 'emon/+', false],
  ['+/x/#', 'emon/x/y', true],
])('%s covers %s: %s', (path, filter, expected) => {
  expect(covers(path, filter)).toBe(expected);
});

test('a guest may listen where all may, and say nothing where only adults may', () => {
  const to = () => undefined;
  const topics = new Topics([
    { path: 'emon/#', who: 'write', to },
    { path: 'status/#', who: 'read', to },
  ]);
  const guest: Who = { account: 1, user: null, role: 'guest', by: 'read key', timezone: 'UTC' };
  const rights = (who: Who) => ['emon/a', 'status/a', 'other/a'].map((topic) => topics.toPublish(who, topic)?.path);
  expect(rights(guest)).toEqual([undefined, 'status/#', undefined]);
  expect(rights({ ...guest, role: 'adult' })).toEqual(['emon/#', 'status/#', undefined]);
});

test('a row may be for some households and topics only', () => {
  const only = (who: Who, filter: string) => who.account === 1 && covers('garden/pump/#', filter);
  const topics = new Topics([{ path: '#', who: 'write', to: () => undefined, only }]);
  const adult: Who = { account: 1, user: null, role: 'adult', by: 'write key', timezone: 'UTC' };
  const open = ['garden/pump/set', 'garden/pump/#', 'garden/#', '#', 'x'].map((one) => topics.maySubscribe(adult, one));
  expect(open).toEqual([true, true, false, false, false]);
  expect(topics.maySubscribe({ ...adult, account: 2 }, 'garden/pump/set')).toBe(false);
  expect(topics.maySubscribe({ ...adult, role: 'guest' }, 'garden/pump/set')).toBe(false);
});

test('where the hub alone speaks others listen', () => {
  const to = () => undefined;
  const topics = new Topics([
    { path: 'emon/advice/#', who: 'read', to, told: true },
    { path: 'emon/#', who: 'write', to },
  ]);
  const adult: Who = { account: 1, user: null, role: 'adult', by: 'write key', timezone: 'UTC' };
  expect([topics.maySubscribe(adult, 'emon/advice/now'), topics.maySubscribe(adult, 'emon/#')]).toEqual([true, true]);
  expect(topics.toPublish(adult, 'emon/advice/now')).toBeUndefined();
  expect(topics.toPublish(adult, 'emon/advised')?.path).toBe('emon/#');
});
