import type { Run, Worth } from './run-state.ts';

/** What a run cost, and what it would have cost to run as long at once when its occurrence began. Main unit; g CO2. */
export interface RunSaving {
  readonly device: number;
  /** Unix seconds of its deadline. */
  readonly readyBy: number;
  /** When it would have been run at once. */
  readonly opened: number;
  readonly seconds: number;
  readonly kWh: number | null;
  readonly atOnce: Worth;
  readonly spent: Worth;
  readonly saved: Worth;
}

export interface Counterfactual {
  readonly runs: readonly RunSaving[];
  /** Of the runs of which all is known; null where there is none. */
  readonly saved: Worth;
  /** Runs of which something is not known. */
  readonly unknown: number;
}

/**
 * What running at the best time saved. The other way is that the device starts at the moment the occurrence begins, or at which its
 * schedule was made where that is later, and runs through for as long as it really ran, with the same power, at the prices known then.
 */
export function counterfactual(runs: readonly { readonly device: number; readonly run: Run }[]): Counterfactual {
  const savings = runs.filter(({ run }) => run.delivered > 0).map(({ device, run }) => savingOf(device, run));
  const known = savings.filter(({ saved }) => saved.money !== null || saved.carbon !== null);
  return {
    runs: savings,
    saved: {
      money: total(known.map(({ saved }) => saved.money)),
      carbon: total(known.map(({ saved }) => saved.carbon)),
    },
    unknown: savings.filter(({ saved }) => saved.money === null).length,
  };
}

function savingOf(device: number, run: Run): RunSaving {
  const { readyBy, from, opened, delivered, wh, spent, powerW, asked } = run;
  const share = asked > 0 ? delivered / asked : 0;
  const atOnce = { money: times(run.atOnce.money, share), carbon: times(run.atOnce.carbon, share) };
  const saved = { money: less(atOnce.money, spent.money), carbon: less(atOnce.carbon, spent.carbon) };
  const kWh = wh === null ? (powerW === null ? null : (powerW * delivered) / 3_600_000) : wh / 1000;
  return { device, readyBy, opened: Math.max(from, opened), seconds: delivered, kWh, atOnce, spent, saved };
}

function times(value: number | null, share: number): number | null {
  return value === null ? null : value * share;
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function total(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
