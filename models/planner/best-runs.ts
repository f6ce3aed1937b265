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
    this.#off = new Float64Array(size);
    this.#on = new Float64Array(size);
    this.#startCost = 1e-11 * rules.run * this.#costs.scale;
  }

  fill(): void {
    for (let i = this.#lattice.times.length - 1; i >= 0; i -= 1)
      for (let left = 0; left < this.#layers; left += 1)
        // a state may lead to another of the same moment: what follows without delay comes first
        for (const fill of this.#rules.minRest > 0 ? [this.#fillOn, this.#fillOff] : [this.#fillOff, this.#fillOn])
          fill.call(this, i, left);
  }

  /** Row by row, because a map asked for every cell would take ten times as long. */
  #fillOff(i: number, left: number): void {
    const { run, minRun, most } = this.#rules;
    const { step, times } = this.#lattice;
    const [off, on, since] = [this.#off, this.#on, this.#since(i)];
    const to = most !== null && left === 0 ? undefined : this.#after(i, minRun);
    const cost = (to === undefined ? NEVER : this.#costs.between(i, to)) + this.#startCost;
    this.#lattice.lengths.forEach((length, place) => {
      const target = this.#class.get(modulo(length - since, step));
      const startable = to !== undefined && target !== undefined && cost < NEVER;
      const row = this.#rowAt(i, left, place);
      const wait = i + 1 < times.length ? this.#rowAt(i + 1, left, place) : -1;
      const shift = Math.floor((length - since) / step);
      const start = startable ? this.#rowAt(to, most === null ? 0 : left - 1, target) + shift - this.#base(to) : 0;
      for (let whole = 0, ran = length; ran <= run; whole += 1, ran += step) {
        const waiting = wait < 0 ? NEVER : (off[wait + whole] as number);
        const starting = startable && ran + minRun <= run ? cost + (on[start + whole] as number) : NEVER;
        off[row + whole] = waiting < starting ? waiting : starting;
      }
    });
  }

  #fillOn(i: number, left: number): void {
    const { run, minRest, exactly } = this.#rules;
    const { step, times } = this.#lattice;
    const [off, on, since, base] = [this.#off, this.#on, this.#since(i), this.#base(i)];
    const to = this.#after(i, minRest);
    const done = exactly && left > 0 ? NEVER : 0;
    const cost = i + 1 < times.length ? this.#costs.between(i, i + 1) : NEVER;
    const longer = cost < NEVER ? (times[i + 1] as number) - (times[i] as number) : 0;
    this.#lattice.lengths.forEach((length, place) => {
      const target = this.#class.get(modulo(length + since, step));
      const stoppable = to !== undefined && target !== undefined;
      const least = base * step + length + since;
      const stop = stoppable ? this.#rowAt(to, left, target) + Math.floor(least / step) : 0;
      const row = this.#rowAt(i, left, place);
      const goOn = cost < NEVER ? this.#rowAt(i + 1, left, place) + base - this.#base(i + 1) : 0;
      for (let whole = 0, ran = least; ran <= run; whole += 1, ran += step) {
        if (ran < 0) continue;
        const going = cost < NEVER && ran + longer <= run ? cost + (on[goOn + whole] as number) : NEVER;
        const stopping = ran === run ? done : stoppable ? (off[stop + whole] as number) : NEVER;
        on[row + whole] = going < stopping ? going : stopping;
      }
    });
  }

  trace(): Period[] | null {
    const { times } = this.#lattice;
    let [i, left, ran] = [0, this.#layers - 1, 0];
    const same = this.#startCost / 1000;
    const periods: Period[] = [];
    while (ran < this.#rules.run) {
      const [wait, start] = [this.#wait(i, left, ran), this.#start(i, left, ran)];
      if (Math.min(wait, start) === NEVER) return null;
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
    return i + 1 < this.#lattice.times.length ? this.#read(this.#off, i + 1, left, ran, 0) : NEVER;
  }

  #start(i: number, left: number, ran: number): number {
    const { most, minRun } = this.#rules;
    if (most !== null && left === 0) return NEVER;
    const to = this.#after(i, minRun);
    if (to === undefined) return NEVER;
    const cost = this.#costs.between(i, to);
    if (cost === NEVER) return cost;
    const fewer = most === null ? 0 : left - 1;
    return cost + this.#startCost + this.#read(this.#on, to, fewer, ran + minRun, this.#since(to));
  }

  #goOn(i: number, left: number, ran: number): number {
    if (i + 1 >= this.#lattice.times.length) return NEVER;
    const cost = this.#costs.between(i, i + 1);
    if (cost === NEVER) return cost;
    const later = ran + (this.#lattice.times[i + 1] as number) - (this.#lattice.times[i] as number);
    return cost + this.#read(this.#on, i + 1, left, later, this.#since(i + 1));
  }

  /** Done is done: nothing has to rest after the last run. */
  #stop(i: number, left: number, ran: number): number {
    const { run, minRest, exactly } = this.#rules;
    if (ran === run) return exactly && left > 0 ? NEVER : 0;
    const to = this.#after(i, minRest);
    return to === undefined ? NEVER : this.#read(this.#off, to, left, ran, 0);
  }

  #after(i: number, seconds: number): number | undefined {
    return seconds === 0 ? i : this.#index.get((this.#lattice.times[i] as number) + seconds);
  }

  #since(i: number): number {
    return (this.#lattice.times[i] as number) - this.#lattice.zero;
  }

  #read(values: Float64Array, i: number, left: number, ran: number, since: number): number {
    if (ran > this.#rules.run) return NEVER;
    const cell = this.#cell(i, left, ran, since);
    return cell < 0 ? NEVER : (values[cell] as number);
  }

  /** −1 where the length is of no class. */
  #cell(i: number, left: number, ran: number, since: number): number {
    const { step } = this.#lattice;
    const place = this.#class.get(modulo(ran - since, step));
    if (place === undefined) return -1;
    const whole = Math.floor((ran - since) / step) - Math.floor(-since / step);
    return this.#rowAt(i, left, place) + whole;
  }

  /** Where the lengths of one class begin. */
  #rowAt(i: number, left: number, place: number): number {
    const { lengths } = this.#lattice;
    return ((i * this.#layers + left) * lengths.length + place) * (this.#row / lengths.length);
  }

  /** Whole steps that a device running at the moment had run at least, were it to have begun at the first. */
  #base(i: number): number {
    return Math.floor(-this.#since(i) / this.#lattice.step);
  }
}

const NEVER = Number.POSITIVE_INFINITY;

function rowSize(run: number, step: number, classes: number): number {
  return (Math.floor(run / step) + 2) * classes;
}
