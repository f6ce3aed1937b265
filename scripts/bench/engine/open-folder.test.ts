import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFeeds, openFolder, START } from './open-folder.ts';

test('the feeds made for the bench are feeds', async () => {
  const root = mkdtempSync(join(tmpdir(), 'hearth-bench-'));
  try {
    makeFeeds(root, 3);
    const series = await openFolder(root);
    expect(series.meta(3)).toEqual({ engine: 5, interval: 10, startTime: START, endTime: START + 9990, npoints: 1000 });
    expect(series.has(4)).toBe(false);
    await series.close();
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
