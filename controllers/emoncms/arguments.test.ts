import { describe, expect, test } from 'vitest';
import { floatOf, intArg, isNumeric, isTruthy, readQuery } from './arguments.ts';
import { json, notAcceptable } from './call.ts';
import { phpList } from './php-list.ts';

describe('readQuery', () => {
  const cases: [string, string, Record<string, string>][] = [
    ['plain values', 'id=1&name=a', { id: '1', name: 'a' }],
    ['the last of equal names', 'id=1&id=2', { id: '2' }],
    ['values decoded twice', 'name=%2561', { name: 'a' }],
    ['a plus as a blank, once', 'a=1+1&b=1%2B1', { a: '1 1', b: '1+1' }],
    ['UTF-8 decoded the second time', 'a=%25C3%25A9', { a: 'é' }],
    ['a percent sign that begins no code', 'a=50%25&b=%zz', { a: '50%', b: '%zz' }],
    ['backslashes that quote', 'a=%5C%22x%5C%22', { a: '"x"' }],
    ['a name that every object has', '__proto__=1', Object.fromEntries([['__proto__', '1']])],
  ];
  test.each(cases)('%s', (_, search, expected) => {
    expect(Object.entries(readQuery(search))).toEqual(Object.entries(expected));
  });
});

describe('PHP’s casts', () => {
  const ints: [string | undefined, number][] = [
    ['12abc', 12],
    ['abc', 0],
    ['1e3', 1000],
    ['-7.9', -7],
    ['-0.5', 0],
    [' 5', 5],
    ['1e999', 0],
    ['', 0],
    [undefined, 0],
  ];
  test.each(ints)('(int) of %s is %d', (text, expected) => {
    expect(intArg(text)).toBe(expected);
  });

  const floats: [unknown, number][] = [
    [null, 0],
    [true, 1],
    ['4.5 W', 4.5],
    ['nan', 0],
    [[], 0],
    [[1], 1],
    [2.5, 2.5],
  ];
  test.each(floats)('(float) of %j is %d', (value, expected) => {
    expect(floatOf(value)).toBe(expected);
  });

  test.each(['1', '1.5', '.5', '1e3', ' 1 ', '-1'])('%j is numeric', (text) => expect(isNumeric(text)).toBe(true));
  test.each(['', 'abc', '1a', '0x1', '.', undefined])('%j is not numeric', (text) =>
    expect(isNumeric(text)).toBe(false),
  );
  test.each(['1', 'false', ' '])('%j is true', (text) => expect(isTruthy(text)).toBe(true));
  test.each(['', '0', undefined])('%j is false', (text) => expect(isTruthy(text)).toBe(false));
});

test('a list with a hole is an object by place', () => {
  const named = (entry: string) => entry;
  expect(
    phpList(
      new Map([
        [0, 'a'],
        [1, 'b'],
      ]),
      named,
    ),
  ).toEqual(['a', 'b']);
  expect(
    phpList(
      new Map([
        [1, 'b'],
        [2, 'c'],
      ]),
      named,
    ),
  ).toEqual({ 1: 'b', 2: 'c' });
});

test('JSON has slashes and letters beyond ASCII escaped', () => {
  expect(json({ a: 'feed/é' }).body).toBe('{"a":"feed\\/\\u00e9"}');
});

test('a refusal speaks the format asked for', () => {
  expect(notAcceptable('json')).toMatchObject({ status: 406, type: 'application/json' });
  expect(notAcceptable('html').body).toContain('<!doctype html>');
});
