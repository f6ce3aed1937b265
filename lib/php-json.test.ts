import { expect, test } from 'vitest';
import { phpJson } from './php-json.ts';

const cases: readonly [unknown, string][] = [
  [{ a: 'feed/list', b: 'größe' }, '{"a":"feed\\/list","b":"gr\\u00f6\\u00dfe"}'],
  ['😀', '"\\ud83d\\ude00"'],
  [[0, -0, 100, 0.1, -2.5], '[0,0,100,0.1,-2.5]'],
  [[Number.NaN, Number.POSITIVE_INFINITY, undefined], '[null,null,null]'],
  [0.10000000149011612, '0.10000000149011612'],
  [[0.0001, 0.00012], '[0.0001,0.00012]'],
  [[0.00001, -0.0000123, 1e-7], '[1.0e-5,-1.23e-5,1.0e-7]'],
  [[1e16, 1e17, 1.5e20, -1e300], '[10000000000000000,1.0e+17,1.5e+20,-1.0e+300]'],
  [{ '0.00001': '1e-7 "0.00001" \\', v: 0.00001 }, '{"0.00001":"1e-7 \\"0.00001\\" \\\\","v":1.0e-5}'],
  [undefined, 'null'],
];
test.each(cases)('%j', (value, text) => {
  expect(phpJson(value)).toBe(text);
  if (value !== undefined) expect(JSON.parse(phpJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
});
