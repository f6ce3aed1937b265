import { systemClock } from '../../../lib/clock.ts';
import { SCENARIOS } from './scenarios.ts';
import { World } from './world.ts';

export interface PairingOptions {
  readonly seed: number;
  readonly schedules: number;
  readonly budgetMs: number;
  readonly progress?: (done: number) => void;
}

export interface PairingResult {
  readonly schedules: number;
  readonly scenarios: number;
  /** Logins that reached a device somebody had allowed. */
  readonly granted: number;
  readonly problems: readonly string[];
}

/** Every scenario in turn, each time under another schedule, until there were enough or the budget is over. */
export async function attackPairing({ seed, schedules, budgetMs, progress }: PairingOptions): Promise<PairingResult> {
  const names = Object.keys(SCENARIOS);
  const started = systemClock.monotonic();
  const problems: string[] = [];
  let [done, granted] = [0, 0];
  for (; done < schedules && systemClock.monotonic() - started < budgetMs; done += 1) {
    const name = names[done % names.length] ?? '';
    const world = new World(seed * 1_000_003 + done);
    await world.boot();
    SCENARIOS[name]?.(world);
    await world.run();
    granted += world.holders.size;
    problems.push(...world.problems.map((problem) => `${name}, schedule ${done}: ${problem}`));
    if (done % 500 === 499) progress?.(done + 1);
  }
  return { schedules: done, scenarios: names.length, granted, problems };
}
