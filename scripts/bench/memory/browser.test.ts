import { expect, test } from 'vitest';
import { valuesOf } from './browser.ts';

test.each([
  ['data: {"feeds":{"3":[1,2]},"inputs":{"1":[1700000000,230.5],"2":[1700000000,null]}}', [230.5]],
  ['data: {}', []],
  ['event: value', []],
  ['', []],
])('%s', (line, values) => {
  expect(valuesOf(line)).toEqual(values);
});
