import { join } from 'node:path';
import { systemClock } from '../../../lib/clock.ts';
import { HouseTrial, pause, within } from '../house-trial.ts';
import { Card } from './card.ts';
import { inject } from './injection.ts';
import { Watcher } from './watcher.ts';

export interface DiskOptions {
  /** An empty folder, in a mount namespace of this process's own. */
  readonly folder: string;
  /** How long each trouble lasts once it is felt. */
  readonly troubleMs: number;
  /** Only the troubles whose names hold this text. */
  readonly only: string;
  readonly progress: (line: string) => void;
}

export interface DiskResult {
  readonly troubles: number;
  readonly points: number;
  readonly slowestMs: number;
  readonly problems: readonly string[];
}

interface Trouble {
  readonly name: string;
  /** Whether acknowledging has to stop, may, or must go on. */
  readonly stops: 'must' | 'may' | 'must not';
  begin(pid: number): Promise<void>;
  end(): Promise<void>;
}

/** Until the room that was written ahead is used up, and the next sync has come. */
const FELT_MS = 40_000;
const RESUME_MS = 10_000;

/**
 * Has the disk of a running hub refuse in each way while a house reports. Acknowledging must stop, the live view must go on,
 * the page must say so, it must resume by itself within ten seconds, and no acknowledged reading may be missing at the end.
 */
export async function refuseDisk(options: DiskOptions): Promise<DiskResult> {
  const storage = join(options.folder, 'storage');
  const card = new Card(options.folder, storage);
  const trial = await HouseTrial.start(storage, { HEARTH_FSYNC_SECONDS: '2' });
  const watcher = new Watcher(trial.http);
  const problems: string[] = [];
  let [troubles, slowestMs] = [0, 0];
  try {
    await watcher.open(trial.house.username, trial.house.key);
    for (const trouble of troublesOf(card)) {
      if (!trouble.name.includes(options.only)) continue;
      const outcome = await bring(options, trial, watcher, trouble);
      troubles += 1;
      slowestMs = Math.max(slowestMs, outcome.resumedMs);
      problems.push(...outcome.problems);
    }
    await trial.finish(storage);
    return { troubles, points: trial.ledger.points, slowestMs, problems: [...problems, ...trial.problems] };
  } finally {
    watcher.close();
    await trial.end(storage);
  }
}

function troublesOf(card: Card): Trouble[] {
  const full = (name: string, stops: Trouble['stops'], fill: () => void): Trouble => ({
    name,
    stops,
    begin: async () => fill(),
    end: async () => card.free(),
  });
  const calls = (name: string, stops: Trouble['stops'], which: string, what: string): Trouble => {
    let injection: { stop(): Promise<void> } | null = null;
    return {
      name,
      stops,
      async begin(pid) {
        injection = await inject(pid, which, what);
      },
      async end() {
        await injection?.stop();
      },
    };
  };
  return [
    full('no bytes left', 'must', () => card.fillBytes()),
    full('no inodes left', 'may', () => card.fillInodes()),
    calls('read-only', 'must', 'pwrite64,rename,unlink', 'error=EROFS'),
    calls('fsync fails once', 'must', 'fdatasync', 'error=EIO:when=1'),
    calls('fsync always fails', 'must', 'fdatasync', 'error=EIO'),
    calls('fsync takes 3 s', 'must not', 'fdatasync', 'delay_enter=3000000'),
  ];
}

async function bring(
  { troubleMs, progress }: DiskOptions,
  trial: HouseTrial,
  watcher: Watcher,
  trouble: Trouble,
): Promise<{ resumedMs: number; problems: string[] }> {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${trouble.name}: ${problem}`);
  if ((await trial.goesOn(RESUME_MS)) === null) say('the house did not report before it');
  await trouble.begin(trial.hub.pid);
  let felt: number | null = null;
  try {
    if (trouble.stops === 'must not') {
      if ((await trial.goesOn(RESUME_MS)) === null) say('a slow sync stops acknowledging');
    } else {
      felt = await within(FELT_MS, async () => (await trial.readiness()).code === 503);
      if (felt === null && trouble.stops === 'must') say('the hub goes on as if nothing was');
      if (felt !== null) (await beRefused(trial, watcher)).forEach(say);
    }
    await pause(troubleMs);
    if (felt !== null && (await seen(watcher)) === 0) say('the live view stands still');
  } finally {
    await trouble.end();
  }
  const ended = systemClock.monotonic();
  const ready = await within(RESUME_MS, async () => (await trial.readiness()).code === 200);
  // A broker that gave no PUBACK is asked anew, as a meter would.
  await trial.reconnect();
  const goesOn = ready === null ? null : await trial.goesOn(RESUME_MS);
  const resumedMs = Math.round(systemClock.monotonic() - ended);
  if (goesOn === null || resumedMs > RESUME_MS) say(`not resumed ${resumedMs} ms after its end`);
  if (saysSo(await watcher.page())) say('the page still says that readings cannot be stored');
  const stopped = felt === null ? 'acknowledging went on' : `acknowledging stopped after ${felt} ms`;
  progress(`${trouble.name}: ${stopped}, resumed ${resumedMs} ms after its end`);
  return { resumedMs, problems };
}

/** What must be so while nothing is stored. A trouble of one call may be over before everything has been looked at. */
async function beRefused(trial: HouseTrial, watcher: Watcher): Promise<string[]> {
  const [status, page] = await Promise.all([trial.post(), watcher.page()]);
  if ((await trial.readiness()).code === 200) return [];
  const problems: string[] = [];
  if (status !== 503) problems.push(`HTTP ${status} instead of 503`);
  if (!saysSo(page)) problems.push('the page does not say that readings cannot be stored');
  return problems;
}

/** How many live events come within two seconds. */
async function seen(watcher: Watcher): Promise<number> {
  const before = watcher.events;
  await pause(2000);
  return watcher.events - before;
}

function saysSo(page: string): boolean {
  return page.includes('Readings cannot be stored.');
}
