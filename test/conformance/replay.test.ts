import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { startHub, type TestHub } from '../hub.ts';
import { testStores } from '../stores.ts';
import { DEVIATIONS } from './deviations.ts';

const stores = await testStores();
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({
    HEARTH_OPEN_REGISTRATION: '1',
    HEARTH_MYSQL_URL: stores.mysqlUrl,
    HEARTH_REDIS_URL: stores.redisUrl,
  });
}, 90_000);
afterAll(async () => {
  await hub?.stop();
});

/** Compared cases in visible.jsonl. */
const COMPARED = 501;

test('every recorded answer replays, but for the listed deviations', { timeout: 300_000 }, async () => {
  const { failed, passed } = await replay(hub.http);
  expect(failed.filter(({ id }) => !(id in DEVIATIONS))).toEqual([]);
  expect(Object.keys(DEVIATIONS).filter((id) => !failed.some((failure) => failure.id === id))).toEqual([]);
  expect(passed + failed.length).toBe(COMPARED);
});

interface Failure {
  readonly id: string;
  readonly difference: string;
}

async function replay(url: string): Promise<{ failed: Failure[]; passed: number }> {
  const folder = join(projectRoot, 'test/conformance');
  const child = spawn(process.execPath, [join(folder, 'replay.mjs'), 'replay', url, join(folder, 'visible.jsonl')]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.on('close', resolve));
  const failed = [...output.matchAll(/^FAIL (\S+)\n((?: {3}.*\n)*)/gm)].map(([, id = '', difference = '']) => ({
    id,
    difference: difference.slice(0, 400),
  }));
  const total = /^TOTAL (\d+) pass/m.exec(output);
  if (!total) throw new Error(`the replay did not come to its end:\n${output.slice(-2000)}`);
  return { failed, passed: Number(total[1]) };
}
