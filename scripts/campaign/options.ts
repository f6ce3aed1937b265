import { parseArgs } from 'node:util';

/** What every campaign can be told, and what its own help adds. */
export interface CampaignOptions {
  readonly seed: number;
  /** No further trial begins after this many milliseconds. */
  readonly budgetMs: number;
  /** The campaign's own numbers. */
  readonly numbers: Readonly<Record<string, number>>;
}

/**
 * Reads `--seed`, `--budget` and the campaign's own `numbers` from the command line. `--help` prints `help` and ends the
 * process.
 */
export function campaignOptions(
  help: string,
  budget: string,
  numbers: Readonly<Record<string, number>>,
): CampaignOptions {
  const own = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, { type: 'string' as const, default: String(value) }]),
  );
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      budget: { type: 'string', default: budget },
      help: { type: 'boolean', short: 'h' },
      ...own,
    },
  });
  if (values.help) {
    process.stdout.write(help);
    process.exit(0);
  }
  const given: Readonly<Record<string, string | boolean | undefined>> = values;
  return {
    seed: Number(given.seed),
    budgetMs: milliseconds(values.budget),
    numbers: Object.fromEntries(Object.keys(numbers).map((name) => [name, Number(given[name])])),
  };
}

/** Prints what went wrong, then the figure; the exit code says whether anything did. */
export function tell(problems: readonly string[], figure: string): number {
  for (const problem of problems.slice(0, 20)) console.log(problem);
  console.log(figure);
  return problems.length === 0 ? 0 : 1;
}

function milliseconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d+)(s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`--budget ${text}: give a time such as 90s or 15m`);
  return Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h'];
}
