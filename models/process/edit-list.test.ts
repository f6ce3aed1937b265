import { describe, expect, it } from 'vitest';
import { edited, moved, without } from './edit-list.ts';

const LIST = ['a', 'b', 'c'];
const CASES: readonly [wish: string, becomes: string | null][] = [
  ['up 2', 'bac'],
  ['up 1', 'abc'],
  ['down 2', 'acb'],
  ['down 3', 'abc'],
  ['remove 1', 'bc'],
  ['move 3 1', 'cab'],
  ['move 1 3', 'bca'],
  ['move 1 4', null],
  ['move 1', null],
  ['up 0', null],
  ['remove 4', null],
  ['up 1.5', null],
  ['away 1', null],
  ['', null],
];

describe('editing a process list', () => {
  it.each(CASES)('%j makes abc into %j', (wish, becomes) => {
    expect(edited(LIST, wish)?.join('') ?? null).toBe(becomes);
  });

  it('never changes the list it was given', () => {
    moved(LIST, 0, 2);
    without(LIST, 1);
    edited(LIST, 'remove 1');
    expect(LIST.join('')).toBe('abc');
  });
});
