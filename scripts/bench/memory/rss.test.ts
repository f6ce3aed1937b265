import { expect, test } from 'vitest';
import { parseStatus, residentOf } from './rss.ts';

test('the figures of a process', () => {
  const status = 'Name:\tnode\nVmHWM:\t  99999 kB\nVmRSS:\t  125000 kB\nRssAnon:\t   75000 kB\nRssFile:\t   50000 kB\n';
  expect(parseStatus(status)).toEqual({ all: 128, own: 76.8 });
  expect(residentOf(process.pid).all).toBeGreaterThan(1);
});
