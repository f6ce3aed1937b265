import type { Period, Problem } from './problem.ts';

/** What several runs of one device have to keep. */
export interface RunRules {
  readonly run: number;
  readonly minRun: number;
  readonly minRest: number;
  /** Most starts; null: as many as it likes. */
  readonly most: number | null;
  /** Whether it must be `most` starts exactly. */
  readonly exactly: boolean;
  /** How long the run that is going on must go on at least, 0 where it may stop at once; null: none is going on. */
  readonly first: number | null;
}

/** Runs that must be apart without a stated length or rest are a minute long and a minute apart. */
const MINUTE = 60;

/** The rules for the runs of an interruptible device; `problem` may leave each of them out. */
export function rulesOf(problem: Problem): RunRules {
  const { run, minRun = 0, minRest = 0, maxStarts, blocks, running } = problem;
  const apart = blocks === undefined ? 0 : Math.min(MINUTE, Math.floor(run / blocks));
  const first = running === undefined ? null : Math.max(0, Math.min(Math.max(minRun, apart) - running, run));
  return {
    run,
    minRun: Math.max(Math.min(minRun, run), apart),
    minRest: blocks === undefined ? minRest : Math.max(minRest, MINUTE),
    most: blocks ?? maxStarts ?? null,
    exactly: blocks !== undefined,
    first,
  };
}

/** The first second at which a device that is off, or is switched off now, may start. */
export function firstStart(problem: Problem): number {
  const { now, running, rested = Number.POSITIVE_INFINITY } = problem;
  const { minRest } = rulesOf(problem);
  return now + Math.max(0, minRest - (running === undefined ? rested : 0));
}

/** Whether these periods keep the rules; what a first period at `now` is worth depends on whether a run is going on. */
export function keepsRules(periods: readonly Period[], rules: RunRules, now: number): boolean {
  const { minRun, minRest, most, exactly, first } = rules;
  const goesOn = first !== null && periods[0]?.[0] === now;
  const starts = periods.length - (goesOn ? 1 : 0);
  if (most !== null && (exactly ? starts !== most : starts > most)) return false;
  if (first !== null && first > 0 && !goesOn) return false;
  const free = first === null ? Number.NEGATIVE_INFINITY : now;
  return periods.every(([start, end], index) => {
    if (index === 0 && goesOn) return end - start >= (first ?? 0);
    return end - start >= minRun && start - (periods[index - 1]?.[1] ?? free) >= minRest;
  });
}
