import { systemClock } from '../../../lib/clock.ts';
import { seeded } from '../chance.ts';
import { dataVictim, metaVictim, recordsVictim, sumsVictim } from './file-victims.ts';
import { journalVictim } from './journal-victim.ts';
import { openOn, type Victim } from './victim.ts';

export interface DamageOptions {
  readonly seed: number;
  readonly budgetMs: number;
  /** Every how many-th cut and flip; 1 for all of them. */
  readonly every: number;
  readonly journalBytes: number;
  readonly progress?: (name: string, done: number, of: number) => void;
}

export interface DamageResult {
  readonly cuts: number;
  readonly flips: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
  /** False when the budget ended before the last one. */
  readonly complete: boolean;
}

/**
 * Cuts a journal, a `.meta`, a `.dat`, a `.MYD` and a `.sum` at every byte and flips every one of their bits, one at a time:
 * each time the folder must open, hold every number the damage did not touch and no other, and say file and offset.
 */
export async function damageFiles(options: DamageOptions): Promise<DamageResult> {
  const chance = seeded(options.seed);
  const victims = [
    await metaVictim(chance),
    await recordsVictim(chance),
    await dataVictim(chance),
    await sumsVictim(chance),
    await journalVictim(options.journalBytes, chance),
  ];
  const end = systemClock.monotonic() + options.budgetMs;
  const problems: string[] = [];
  const count = { cuts: 0, flips: 0 };
  const sizes: Record<string, number> = {};
  let complete = true;
  for (const victim of victims) {
    const whole = victim.files.get(victim.path) ?? Buffer.alloc(0);
    sizes[victim.name] = whole.length;
    problems.push(...(await trial(victim, whole, 'whole', null)));
    // A cut at each byte, then the flips of its eight bits.
    const trials = whole.length * 9;
    for (let n = options.seed % options.every; n < trials && problems.length < 50; n += options.every) {
      if (systemClock.monotonic() > end) {
        complete = false;
        break;
      }
      const [offset, bit] = [Math.floor(n / 9), (n % 9) - 1];
      const cut = bit < 0;
      if (cut) problems.push(...(await trial(victim, whole.subarray(0, offset), `cut at ${offset}`, { offset, cut })));
      else {
        whole[offset] = (whole[offset] ?? 0) ^ (1 << bit);
        problems.push(...(await trial(victim, whole, `bit ${bit} of byte ${offset}`, { offset, cut })));
        whole[offset] = (whole[offset] ?? 0) ^ (1 << bit);
      }
      count[cut ? 'cuts' : 'flips'] += 1;
      if (n % 50_000 < options.every) options.progress?.(victim.name, n, trials);
    }
  }
  return { ...count, sizes, problems, complete };
}

async function trial(
  victim: Victim,
  bytes: Buffer,
  what: string,
  where: { offset: number; cut: boolean } | null,
): Promise<string[]> {
  const say = (problem: string) => `${victim.name}, ${what}: ${problem}`;
  try {
    const series = await openOn(new Map(victim.files).set(victim.path, bytes));
    if (where) return (await victim.judge({ series, ...where })).slice(0, 3).map(say);
    const { damages } = series.health();
    return damages.map((damage) => say(`${damage.what} is told`));
  } catch (error) {
    return [say(error instanceof Error ? (error.stack ?? error.message) : String(error))];
  }
}
