import { type Draw, exceeds, fullTimes, levelsOf } from './load.ts';
import { plan } from './plan.ts';
import { isPlan, type Period, type Plan, type Problem } from './problem.ts';

/** One device among several. */
export interface Member {
  readonly problem: Problem;
  /** What it draws while it runs, kW. */
  readonly power: number;
}

export interface Supply {
  /** What the household may draw, kW. */
  readonly limit: number;
  /** What it draws beside the planned devices. */
  readonly others?: readonly Draw[];
}

export interface Together {
  /** In the order of the members; null: it finds no place under the limit. */
  readonly plans: readonly (Plan | null)[];
  /** Σ power × cost of the plans. */
  readonly cost: number;
  /** Plans in which devices take turns at whole intervals are better by no more than this; Infinity where one has no place. */
  readonly gap: number;
}

/** Moments that are looked at in search of better turns: about a second on a small machine. */
const MOST_EFFORT = 400_000;
/** What a moment costs where runs have rules to keep, beside one where they have none. */
const RULES_EFFORT = 30;
/** So few devices that every order of them is tried as a first answer. */
const EVERY_ORDER = 4;

/**
 * Plans for several devices that never draw more than the limit together. Each by itself first: where those keep the limit,
 * nothing can be better. Else by branch and bound: some device of an overload has to stay off in that interval of prices, and
 * the devices' own optima without it bound what can come of it.
 */
export function planTogether(members: readonly Member[], supply: Supply): Together {
  const root = nodeOf(
    members,
    supply,
    members.map(() => []),
  );
  const overload = root && findOverload(members, supply, root);
  if (root && !overload) return { plans: root.plans, cost: worth(root.bound, members), gap: 0 };
  const first = inOrders(members, supply);
  return root ? search(members, supply, root, first) : first;
}

interface Node {
  readonly never: readonly (readonly Period[])[];
  readonly plans: readonly Plan[];
  /** Σ power × weight; less is better. */
  readonly bound: number;
}

function nodeOf(members: readonly Member[], supply: Supply, never: Node['never']): Node | null {
  const plans = members.map((member, index) => placed(member, supply, supply.others ?? [], never[index] ?? []));
  if (!plans.every((one) => one !== null)) return null;
  return { never, plans, bound: total(members, plans) };
}

/** The device's best plan beside these draws; null where it finds no place. */
function placed(
  { problem, power }: Member,
  { limit }: Supply,
  draws: readonly Draw[],
  closed: readonly Period[],
): Plan | null {
  if (exceeds(power, limit)) return null;
  const never = [...(problem.never ?? []), ...fullTimes(draws, power, limit), ...closed];
  const outcome = plan({ ...problem, never });
  return isPlan(outcome) ? outcome : null;
}

/** Always goes on from the node of the best bound, so that the first one without an overload is an optimum. */
function search(members: readonly Member[], supply: Supply, root: Node, first: Together): Together {
  const open: Node[] = [root];
  const best = first.plans.every((one) => one !== null) ? total(members, first.plans) : Number.POSITIVE_INFINITY;
  for (let effort = 0; effort < MOST_EFFORT; ) {
    open.sort((a, b) => b.bound - a.bound || b.never.flat().length - a.never.flat().length);
    const node = open.pop();
    if (!node || node.bound >= best - 1e-9) return { ...first, gap: best === Number.POSITIVE_INFINITY ? best : 0 };
    const overload = findOverload(members, supply, node);
    if (!overload) return { plans: node.plans, cost: worth(node.bound, members), gap: 0 };
    for (const index of overload.members) {
      const child = without(members, supply, node, index, overload.cell);
      effort += effortOf(members[index] as Member);
      if (child && child.bound < best - 1e-9) open.push(child);
    }
  }
  const least = open.reduce((low, { bound }) => Math.min(low, bound), best);
  return { ...first, gap: best - least };
}

function without(members: readonly Member[], supply: Supply, node: Node, index: number, cell: Period): Node | null {
  const never = node.never.map((own, other) => (other === index ? [...own, cell] : own));
  const one = placed(members[index] as Member, supply, supply.others ?? [], never[index] ?? []);
  if (!one) return null;
  const plans = node.plans.map((old, other) => (other === index ? one : old));
  return { never, plans, bound: total(members, plans) };
}

/** The first overload: the interval of prices it begins in, and devices that are too many together, the strongest first. */
function findOverload(members: readonly Member[], { limit, others = [] }: Supply, { plans }: Node) {
  const draws = plans.flatMap(({ periods }, index) => drawsOf(periods, (members[index] as Member).power));
  const level = levelsOf([...others, ...draws]).find(({ kW }) => exceeds(kW, limit));
  if (!level) return null;
  const at = level.start;
  const beside = others.filter(([start, end]) => start <= at && at < end).reduce((sum, [, , kW]) => sum + kW, 0);
  const running = members
    .map(({ power }, index) => ({ power, index }))
    .filter(({ index }) => plans[index]?.periods.some(([start, end]) => start <= at && at < end))
    .sort((a, b) => b.power - a.power);
  let kW = beside;
  const few = running.filter(({ power }) => {
    const needed = !exceeds(kW, limit);
    if (needed) kW += power;
    return needed;
  });
  const { start, interval } = (members[few[0]?.index ?? 0] as Member).problem;
  const from = start + Math.floor((at - start) / interval) * interval;
  return { members: few.map(({ index }) => index), cell: [from, from + interval] as Period };
}

/** Devices one after the other, each where the earlier ones leave room; the best of several orders. */
function inOrders(members: readonly Member[], supply: Supply): Together {
  const once = members.reduce((sum, member) => sum + effortOf(member), 0);
  const orders = ordersOf(members).slice(0, Math.max(1, Math.floor(MOST_EFFORT / once)));
  const found = orders.map((order) => inOrder(members, supply, runningFirst(members, order)));
  const missing = ({ plans }: Together) => plans.filter((one) => one === null).length;
  const weight = ({ plans }: Together) => total(members, plans);
  return found.reduce((best, one) =>
    missing(one) < missing(best) || (missing(one) === missing(best) && weight(one) < weight(best) - 1e-9) ? one : best,
  );
}

/** Who may have to go on at once needs its place first. */
function runningFirst(members: readonly Member[], order: readonly number[]): number[] {
  const isOff = (index: number) => Number((members[index] as Member).problem.running === undefined);
  return order.toSorted((a, b) => isOff(a) - isOff(b));
}

function inOrder(members: readonly Member[], supply: Supply, order: readonly number[]): Together {
  const plans: (Plan | null)[] = members.map(() => null);
  const draws = [...(supply.others ?? [])];
  for (const index of order) {
    const member = members[index] as Member;
    const one = placed(member, supply, draws, []);
    plans[index] = one;
    draws.push(...drawsOf(one?.periods ?? [], member.power));
  }
  return { plans, cost: worth(total(members, plans), members), gap: Number.POSITIVE_INFINITY };
}

function effortOf({ problem }: Member): number {
  const { minRun, minRest, maxStarts, blocks, interval, now, readyBy } = problem;
  const hasRules = problem.interruptible && (minRun ?? minRest ?? maxStarts ?? blocks) !== undefined;
  return Math.ceil((readyBy - now) / interval) * (hasRules ? RULES_EFFORT : 1);
}

/** Every order of a few; of many those with least slack first, with most power first, and as they stand. */
function ordersOf(members: readonly Member[]): number[][] {
  const indices = members.map((_, index) => index);
  if (members.length <= EVERY_ORDER) return permutations(indices);
  const slack = (index: number) => {
    const { readyBy, now, run } = (members[index] as Member).problem;
    return readyBy - now - run;
  };
  const power = (index: number) => (members[index] as Member).power;
  return [
    indices.toSorted((a, b) => slack(a) - slack(b)),
    indices,
    indices.toSorted((a, b) => power(b) - power(a)),
    indices.toSorted(
      (a, b) =>
        Number((members[a] as Member).problem.interruptible) - Number((members[b] as Member).problem.interruptible) ||
        slack(a) - slack(b),
    ),
  ];
}

function permutations(indices: readonly number[]): number[][] {
  if (indices.length === 0) return [[]];
  return indices.flatMap((one) => permutations(indices.filter((other) => other !== one)).map((rest) => [one, ...rest]));
}

function drawsOf(periods: readonly Period[], power: number): Draw[] {
  return periods.map(([start, end]): Draw => [start, end, power]);
}

function total(members: readonly Member[], plans: readonly (Plan | null)[]): number {
  return plans.reduce((sum, one, index) => {
    const { power, problem } = members[index] as Member;
    return sum + (one === null ? 0 : power * one.cost * (problem.optimise === 'max' ? -1 : 1));
  }, 0);
}

/** The weight as a cost: where all members want the most, the sign is theirs. */
function worth(weight: number, members: readonly Member[]): number {
  return members.length > 0 && members.every(({ problem }) => problem.optimise === 'max') ? -weight : weight;
}
