import { expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { Flusher } from './flusher.ts';

/** A flusher whose series notes each call and lets the test decide when it ends. */
function setUp(fsyncSeconds = 10) {
  const clock = new ManualClock();
  const calls: string[] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const call = (what: string) => {
    calls.push(`${what} at ${clock.monotonic() / 1000}`);
    return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  };
  const state: { degraded: string | null } = { degraded: null };
  const health = () => ({ ...state, damages: [], journalBytes: 0, pendingPoints: 0 });
  const series = { sync: () => call('sync'), flush: (mode: string) => call(`flush ${mode}`), health };
  const flusher = new Flusher({ series, clock, log: createLog('silent'), fsyncSeconds });
  const finish = async () => {
    for (const end of ends.splice(0)) end.resolve();
    await new Promise(setImmediate);
  };
  return { clock, calls, ends, flusher, finish, state };
}

test('syncs every F seconds and flushes every ten minutes', async () => {
  const { clock, calls, flusher, finish } = setUp(250);
  flusher.start();
  for (let second = 0; second < 605; second += 1) {
    clock.advance(1000);
    await finish();
  }
  expect(calls).toEqual(['sync at 250', 'sync at 500', 'flush due at 600']);
});

test('skips turns while one is still under way', async () => {
  const { clock, calls, flusher, finish } = setUp();
  flusher.start();
  clock.advance(30_000);
  expect(calls).toEqual(['sync at 10']);
  await finish();
  clock.advance(10_000);
  expect(calls).toEqual(['sync at 10', 'sync at 40']);
});

test('goes on after a failure', async () => {
  const { clock, calls, ends, flusher } = setUp();
  flusher.start();
  clock.advance(10_000);
  ends[0]?.reject(new Error('the card is full'));
  await new Promise(setImmediate);
  clock.advance(10_000);
  expect(calls).toEqual(['sync at 10', 'sync at 20']);
});

test('tries a disk that refused every four seconds, however long F is', async () => {
  const { clock, calls, ends, flusher, state } = setUp(300);
  flusher.start();
  state.degraded = 'no space left on device';
  clock.advance(4000);
  ends[0]?.reject(new Error('no space left on device'));
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  clock.advance(4000);
  ends[1]?.resolve();
  state.degraded = null;
  await new Promise(setImmediate);
  clock.advance(60_000);
  expect(calls).toEqual(['sync at 4', 'sync at 8']);
});

test('stops when the running call has ended, and calls no more', async () => {
  const { clock, calls, flusher, finish } = setUp();
  flusher.start();
  clock.advance(10_000);
  let stopped = false;
  const stopping = flusher.stop().then(() => {
    stopped = true;
  });
  await new Promise(setImmediate);
  expect(stopped).toBe(false);
  await finish();
  await stopping;
  clock.advance(600_000);
  expect(calls).toHaveLength(1);
});
