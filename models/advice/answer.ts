import type { Plan } from '../planner/problem.ts';
import type { CheapestAnswer, Guide, LightAnswer } from './advice.ts';
import type { Cheapest } from './cheapest.ts';

/** What a program is told of the light, over HTTP and MQTT alike. Times are Unix seconds. */
export function lightTold({ light, ...guide }: LightAnswer, currency: string | null) {
  const { colour, value, until, next, green, median, quartile, flat } = light;
  return {
    ...{ light: colour, value, until, next, flat, median, quartile },
    green: green && { start: green.start, end: green.end, value: rounded(green.value) },
    ...guideTold(guide, currency),
  };
}

/** What a program is told of the cheapest hours. */
export function cheapestTold({ cheapest, ...guide }: CheapestAnswer, currency: string | null) {
  const { from, before, run, block, pieces } = cheapest;
  return {
    ...{ hours: run / 3600, from, before, block: planTold(block), pieces: planTold(pieces) },
    ...guideTold(guide, currency),
  };
}

/** A plan's mean figure, such as the price of a unit; null where some of it has none. */
export function meanOf(plan: Plan | null, { run }: Pick<Cheapest, 'run'>): number | null {
  return plan && plan.unpriced === 0 ? (plan.cost * 3600) / run : null;
}

function planTold(plan: Plan | null) {
  return plan && { periods: plan.periods, cost: rounded(plan.cost), unpriced: plan.unpriced };
}

function guideTold({ source: { name, unit, optimise } }: Guide, currency: string | null) {
  return { source: name, unit, optimise, currency: unit === 'price' ? currency : null };
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
