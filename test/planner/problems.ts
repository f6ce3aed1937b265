import type { Period, Problem } from '../../models/planner/problem.ts';

/** A random problem whose times and lengths are multiples of `cell`, with at most `most` cells between now and the deadline. */
export function randomProblem(chance: () => number, cell: number, most: number): Problem {
  const below = (count: number) => Math.floor(chance() * count);
  const maybe = <T>(share: number, value: () => T): T | undefined => (chance() < share ? value() : undefined);
  const cells = 1 + below(most);
  const now = 1_700_000_000 + below(50) * cell;
  const interval = cell * (1 + below(4));
  const slots = 1 + below(Math.ceil((cells * cell) / interval) + 2);
  const start = now - below(2 * interval + 1);
  const kinds = [() => below(3), () => below(100) / 10, () => Math.round(chance() * 1e6) / 1e4 - 20];
  const price = kinds[below(kinds.length)] as () => number;
  const gaps = chance() < 0.2 ? 0.2 : 0;
  const some = {
    minRun: maybe(0.4, () => cell * below(5)),
    minRest: maybe(0.3, () => cell * below(4)),
    maxStarts: maybe(0.3, () => 1 + below(3)),
    blocks: maybe(0.15, () => 1 + below(3)),
    within: maybe(0.1, () => cell * (1 + below(cells))),
    never: maybe(0.3, () => Array.from({ length: 1 + below(2) }, () => window(now, cell, cells, below))),
    limit: maybe(0.1, price),
    running: maybe(0.25, () => cell * below(5)),
  };
  if (some.running === undefined) Object.assign(some, { rested: maybe(0.3, () => cell * below(4)) });
  // a run that goes on needs no start
  else if (some.maxStarts !== undefined) some.maxStarts -= below(2);
  // runs of a minute, a minute apart, would not fall into cells
  if (some.blocks !== undefined)
    Object.assign(some, { minRun: cell + (some.minRun ?? 0), minRest: cell + (some.minRest ?? 0) });
  const given = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
  return {
    ...{ start: now - (now - start - ((now - start) % cell)), interval, now },
    profile: Array.from({ length: slots }, () => (chance() < gaps ? null : price())),
    optimise: chance() < 0.5 ? 'min' : 'max',
    readyBy: now + cells * cell,
    run: cell * Math.max(some.blocks ?? 1, 1 + below(Math.ceil(cells * 0.8) + 1)),
    interruptible: chance() < 0.8,
    ...given,
  };
}

function window(now: number, cell: number, cells: number, below: (count: number) => number): Period {
  const start = now + cell * (below(cells + 2) - 1);
  return [start, start + cell * (1 + below(4))];
}
