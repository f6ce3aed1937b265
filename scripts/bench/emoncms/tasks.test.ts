import { expect, test } from 'vitest';
import { type Site, TASKS, yearPiece } from './tasks.ts';

const SITE: Site = { url: 'http://x', key: 'k', year: 7, start: 1_700_000_000, feeds: [7] };

test('a year comes in pieces that join', () => {
  const whole = yearPiece(SITE.start, 0, 6);
  expect([...yearPiece(SITE.start, 0, 2), ...yearPiece(SITE.start, 2, 4)]).toEqual(whole);
  expect(whole[1]?.[0]).toBe(SITE.start + 10);
});

test.each(TASKS.map((task) => [task.name, task] as const))('%s asks with the key, and whole intervals', (_, task) => {
  const path = task.path(SITE);
  expect(path).toContain('apikey=k');
  const interval = new URLSearchParams(path.split('?')[1]).get('interval') ?? '10';
  expect(interval === 'daily' || Number.isInteger(Number(interval))).toBe(true);
});
