import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import { createLog } from '../../../lib/log.ts';
import { projectRoot } from '../../../lib/project-root.ts';
import { nodeFiles } from '../../../models/timeseries/file.ts';
import { openSeries } from '../../../models/timeseries/open.ts';
import { seeded } from '../chance.ts';
import { Content, contentOf } from '../engine/content.ts';
import { type Step, standardScenario } from '../engine/scenario.ts';

/** The calls that change a disk. Each kind is counted by itself, so each of its calls is once the one before which death comes. */
const CALLS = ['pwrite64', 'fsync', 'fdatasync', 'rename', 'unlink', 'ftruncate', 'mkdir'] as const;
type Call = (typeof CALLS)[number];

export interface SyscallsOptions {
  readonly seed: number;
  readonly budgetMs: number;
  /** Appends in the scenario. */
  readonly appends: number;
  /** Every how many-th call; 1 for all of them. */
  readonly every: number;
  readonly progress?: (done: number, of: number) => void;
}

export interface SyscallsResult {
  readonly deaths: number;
  /** Calls that did not come again: the engine's own work in the background is not the same each time. */
  readonly spared: number;
  /** How many of each kind the scenario makes. */
  readonly calls: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/**
 * Lets a program over the series die before its n-th write, fsync, rename …, for every n, and opens what it left: exactly the
 * steps it said were done must be there, and of the one under way all or nothing.
 */
export async function dieBeforeEachCall(options: SyscallsOptions): Promise<SyscallsResult> {
  const { seed, appends, budgetMs, every, progress } = options;
  const steps = standardScenario(seeded(seed), appends);
  const calls = await countCalls(seed, appends);
  const deaths = CALLS.flatMap((call) => Array.from({ length: calls[call] ?? 0 }, (_, n) => ({ call, n: n + 1 })));
  const chosen = deaths.filter((_, index) => index % every === seed % every);
  const end = systemClock.monotonic() + budgetMs;
  const problems: string[] = [];
  let [died, spared] = [0, 0];
  for (const { call, n } of chosen) {
    if (systemClock.monotonic() > end) break;
    const outcome = await die(call, n, seed, appends, steps);
    problems.push(...outcome.problems);
    if (outcome.died) died += 1;
    else spared += 1;
    progress?.(died + spared, chosen.length);
  }
  return { deaths: died, spared, calls, problems };
}

interface Outcome {
  readonly died: boolean;
  readonly problems: readonly string[];
}

async function die(call: Call, n: number, seed: number, appends: number, steps: readonly Step[]): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-syscalls-'));
  try {
    const inject = ['-e', `inject=${call}:signal=KILL:when=${n}`];
    const { said, signal, closed } = await trace(['-e', `trace=${call}`, ...inject], folder, seed, appends);
    const died = signal === 'SIGKILL';
    const problems = await compare(folder, steps, said);
    if (!died && !closed) problems.push('the program ended by itself');
    return { died, problems: problems.map((problem) => `before ${call} ${n}: ${problem}`) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string, steps: readonly Step[], done: number): Promise<string[]> {
  const content = new Content();
  for (const step of steps.slice(0, done)) content.apply(step);
  const allowed = [content.text()];
  const underWay = steps[done];
  if (underWay) content.apply(underWay);
  allowed.push(content.text());
  const problems: string[] = [];
  let found: string | undefined;
  // Twice: opening must change nothing.
  for (const time of ['first', 'second'] as const) {
    const series = await openSeries({
      folder: join(folder, 'feeds'),
      journal: join(folder, 'journal'),
      files: nodeFiles,
      clock: systemClock,
      log: createLog('silent'),
    });
    const now = (await contentOf(series, [1, 2, 3])).text();
    if (!allowed.includes(now)) problems.push(`after ${done} steps the ${time} open finds something else`);
    if (found !== undefined && found !== now) problems.push('the second open finds something else than the first');
    found = now;
    await series.close();
  }
  return problems;
}

async function countCalls(seed: number, appends: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-syscalls-'));
  try {
    const path = join(folder, 'trace');
    const { signal, closed } = await trace(['-o', path, '-e', `trace=${CALLS.join(',')}`], folder, seed, appends);
    if (signal !== null || !closed) throw new Error('the scenario did not run to its end under strace');
    const lines = readFileSync(path, 'utf8').split('\n');
    return Object.fromEntries(
      CALLS.map((call) => [call, lines.filter((line) => line.includes(` ${call}(`)).length] as const),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Traced {
  readonly signal: NodeJS.Signals | null;
  /** How many steps the program said were done. */
  readonly said: number;
  readonly closed: boolean;
}

// One thread for file calls, and no io_uring, so that their order is the same each time.
function trace(how: readonly string[], folder: string, seed: number, appends: number): Promise<Traced> {
  const program = join(projectRoot, 'build/scripts/campaign/syscalls/program.js');
  const command = [process.execPath, program, folder, String(seed), String(appends)];
  const child = spawn('strace', ['-f', '-qq', ...how, ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env.PATH ?? '', UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      const lines = out.trim().split('\n');
      const said = Math.max(0, ...lines.map(Number).filter(Number.isInteger));
      resolve({ signal, said, closed: lines.includes('closed') });
    });
  });
}
