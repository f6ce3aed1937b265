import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import { testFolder } from '../../test/stores.ts';
import { isAlive } from './process.ts';
import { type Program, Supervisor } from './supervisor.ts';

const log = createLog('silent');

/** A program that runs for ever. */
function program(overrides: Partial<Program> = {}): Program {
  const folder = testFolder('program');
  const file = join(folder, 'program.sh');
  writeFileSync(file, 'exec sleep 600');
  return {
    name: 'Program',
    command: '/bin/sh',
    args: [file],
    marker: file,
    logFile: join(folder, 'log'),
    prepare: async () => undefined,
    ping: async () => true,
    ...overrides,
  };
}

/** Lets what waits on real processes and on the manual clock go on until `done`. */
async function until(clock: ManualClock, done: () => boolean): Promise<number> {
  const before = clock.monotonic();
  await vi.waitFor(
    () => {
      if (done()) return;
      clock.advance(5);
      throw new Error('not yet');
    },
    { timeout: 10_000, interval: 1 },
  );
  return clock.monotonic() - before;
}

test('each death in a row doubles the pause, and a long life resets it', async () => {
  const clock = new ManualClock();
  const supervisor = new Supervisor(program(), { clock, log });
  await supervisor.start();
  const die = async () => {
    process.kill(supervisor.pid ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect(supervisor.state).toBe('down'));
    return until(clock, () => supervisor.state === 'running');
  };
  const pauses = [await die(), await die(), await die()];
  clock.advance(60_001);
  pauses.push(await die());
  expect(pauses).toEqual([100, 200, 400, 100]);
  let stopped = false;
  void supervisor.stop().then(() => {
    stopped = true;
  });
  await until(clock, () => stopped);
});

test('a start that fails again and again is given up, with the reason', async () => {
  const supervisor = new Supervisor(program({ command: '/bin/false', ping: async () => false }), {
    clock: systemClock,
    log,
  });
  await expect(supervisor.start()).rejects.toThrow(/Program did not start: ended with code 1/);
  expect(supervisor.state).toBe('stopped');
});

test('a program that is not there is said so', async () => {
  const supervisor = new Supervisor(program({ command: '/nowhere', ping: async () => false }), {
    clock: systemClock,
    log,
  });
  await expect(supervisor.start()).rejects.toThrow(/ENOENT/);
});

test('a stop in the middle of a start leaves nothing running', async () => {
  const supervisor = new Supervisor(program({ ping: async () => false }), { clock: systemClock, log });
  const starting = supervisor.start();
  await vi.waitFor(() => expect(supervisor.pid).not.toBeNull());
  const pid = supervisor.pid ?? 0;
  await supervisor.stop();
  await starting;
  expect(supervisor.state).toBe('stopped');
  expect(isAlive(pid)).toBe(false);
});

test('a stop while it is down restarts nothing', async () => {
  const clock = new ManualClock();
  const supervisor = new Supervisor(program(), { clock, log });
  await supervisor.start();
  process.kill(supervisor.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(supervisor.state).toBe('down'));
  await supervisor.stop();
  clock.advance(60_000);
  expect(supervisor.pid).toBeNull();
});
