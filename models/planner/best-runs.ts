import { costTable } from './cost-table.ts';
import type { Lattice } from './lattice.ts';
import { modulo } from './lattice.ts';
import type { Period } from './problem.ts';
import type { Stretch } from './stretches.ts';

/** What several runs of one device have to keep. */
export interface RunRules {
  readonly run: number;
  readonly minRun: number;
  readonly minRest: number;
  /** Most runs; null: as many as it likes. */
  readonly most: number | null;
  /** Whether it must be `most` runs exactly. */
  readonly exactly: boolean;
}

/** How many numbers the programme for these rules keeps. */
export function cellsOf({ times, step, lengths }: Lattice, { run, most }: RunRules): number {
  return 2 * times.length * ((most ?? 0) + 1) * rowSize(run, step, lengths.length);
}

/**
 * The cheapest runs on the lattice, `run` seconds together; null where there are none. Of equally cheap plans the one with
 * fewest runs, then the one that runs earliest.
 *
 * A dynamic programme from the deadline backwards. Off, its state is (moment, runs left, seconds run); on, it is
 * (moment, runs left, seconds run less the moment), because the latter stays the same while the device runs.
 */
export function bestRuns(stretches: readonly Stretch[], lattice: Lattice, rules: RunRules): Period[] | null {
  const table = new RunTable(stretches, lattice, rules);
  table.fill();
  return table.trace();
}

class RunTable {
  readonly #lattice: Lattice;
  readonly #rules: RunRules;
  readonly #costs: ReturnType<typeof costTable>;
  /** Index of a moment; undefined outside the lattice. */
  readonly #index: ReadonlyMap<number, number>;
  readonly #class: ReadonlyMap<number, number>;
  readonly #layers: number;
  readonly #row: number;
  readonly #off: Float64Array;
  readonly #on: Float64Array;
  /** So little that it decides between equals alone. */
  readonly #startCost: number;

  constructor(stretches: readonly Stretch[], lattice: Lattice, rules: RunRules) {
    this.#lattice = lattice;
    this.#rules = rules;
    this.#costs = costTable(stretches, lattice.times);
    this.#index = new Map(lattice.times.map((time, index) => [time, index]));
    this.#class = new Map(lattice.lengths.map((length, index) => [length, index]));
    this.#layers = (rules.most ?? 0) + 1;
    this.#row = rowSize(rules.run, lattice.step, lattice.lengths.length);
    const size = lattice.times.length * this.#layers * this.#row;
    this.#off = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#on = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.#startCost = 1e-11 * rules.run * this.#costs.scale;
  }

  fill(): void {
    for (let i = this.#lattice.times.length - 1; i >= 0; i -= 1)
      for (let left = 0; left < this.#layers; left += 1)
        // a state may lead to another of the same moment: what follows without delay comes first
        for (const fill of this.#rules.minRest > 0 ? [this.#fillOn, this.#fillOff] : [this.#fillOff, this.#fillOn])
          fill.call(this, i, left);
  }

  #fillOff(i: number, left: number): void {
    this.#each(0, (ran) => {
      this.#off[this.#cell(i, left, ran, 0)] = Math.min(this.#wait(i, left, ran), this.#start(i, left, ran));
    });
  }

  #fillOn(i: number, left: number): void {
    const since = this.#since(i);
    this.#each(since, (ran) => {
      this.#on[this.#cell(i, left, ran, since)] = Math.min(this.#goOn(i, left, ran), this.#stop(i, left, ran));
    });
  }

  trace(): Period[] | null {
    const { times } = this.#lattice;
    let [i, left, ran] = [0, this.#layers - 1, 0];
    const same = this.#startCost / 1000;
    const periods: Period[] = [];
    while (ran < this.#rules.run) {
      const [wait, start] = [this.#wait(i, left, ran), this.#start(i, left, ran)];
      if (Math.min(wait, start) === Number.POSITIVE_INFINITY) return null;
      if (start > wait + same) {
        i += 1;
        continue;
      }
      const begun = times[i] as number;
      i = this.#after(i, this.#rules.minRun) as number;
      left = this.#rules.most === null ? 0 : left - 1;
      const since = ran - begun;
      ran = (times[i] as number) + since;
      while (this.#goOn(i, left, ran) <= this.#stop(i, left, ran) + same) {
        i += 1;
        ran = (times[i] as number) + since;
      }
      periods.push([begun, times[i] as number]);
      i = this.#after(i, this.#rules.minRest) ?? i;
    }
    return periods;
  }

  #wait(i: number, left: number, ran: number): number {
    return i + 1 < this.#lattice.times.length ? this.#read(this.#off, i + 1, left, ran, 0) : Number.POSITIVE_INFINITY;
  }

  #start(i: number, left: number, ran: number): number {
    const { most, minRun } = this.#rules;
    if (most !== null && left === 0) return Number.POSITIVE_INFINITY;
    const to = this.#after(i, minRun);
    if (to === undefined) return Number.POSITIVE_INFINITY;
    const cost = this.#costs.between(i, to);
    if (cost === Number.POSITIVE_INFINITY) return cost;
    const fewer = most === null ? 0 : left - 1;
    return cost + this.#startCost + this.#read(this.#on, to, fewer, ran + minRun, this.#since(to));
  }

  #goOn(i: number, left: number, ran: number): number {
    if (i + 1 >= this.#lattice.times.length) return Number.POSITIVE_INFINITY;
    const cost = this.#costs.between(i, i + 1);
    if (cost === Number.POSITIVE_INFINITY) return cost;
    const later = ran + (this.#lattice.times[i + 1] as number) - (this.#lattice.times[i] as number);
    return cost + this.#read(this.#on, i + 1, left, later, this.#since(i + 1));
  }

  /** Done is done: nothing has to rest after the last run. */
  #stop(i: number, left: number, ran: number): number {
    const { run, minRest, exactly } = this.#rules;
    if (ran === run) return exactly && left > 0 ? Number.POSITIVE_INFINITY : 0;
    const to = this.#after(i, minRest);
    return to === undefined ? Number.POSITIVE_INFINITY : this.#read(this.#off, to, left, ran, 0);
  }

  #after(i: number, seconds: number): number | undefined {
    return seconds === 0 ? i : this.#index.get((this.#lattice.times[i] as number) + seconds);
  }

  #since(i: number): number {
    return (this.#lattice.times[i] as number) - this.#lattice.zero;
  }

  #read(values: Float64Array, i: number, left: number, ran: number, since: number): number {
    if (ran > this.#rules.run) return Number.POSITIVE_INFINITY;
    const cell = this.#cell(i, left, ran, since);
    return cell < 0 ? Number.POSITIVE_INFINITY : (values[cell] as number);
  }

  /** −1 where the length is of no class. */
  #cell(i: number, left: number, ran: number, since: number): number {
    const { step, lengths } = this.#lattice;
    const place = this.#class.get(modulo(ran - since, step));
    if (place === undefined) return -1;
    const whole = Math.floor((ran - since) / step) - Math.floor(-since / step);
    return (i * this.#layers + left) * this.#row + whole * lengths.length + place;
  }

  #each(since: number, visit: (ran: number) => void): void {
    const { step, lengths } = this.#lattice;
    const base = Math.floor(-since / step) * step + since;
    for (const length of lengths)
      for (let ran = base + length; ran <= this.#rules.run; ran += step) if (ran >= 0) visit(ran);
  }
}

function rowSize(run: number, step: number, classes: number): number {
  return (Math.floor(run / step) + 2) * classes;
}
