import type { YearResult } from './campaign.ts';
import type { Deadline } from './score.ts';

/** What a replay comes to, line by line. */
export function figuresOf({ deadlines, prices, happened, cost, least, missed, cuts, overCap, ...rest }: YearResult) {
  const { slots, negative, late, revised, missing, odd } = prices;
  const ratio = (a: number, b: number) => (b > 0 ? (a / b).toFixed(4) : '–');
  return [
    `prices: ${slots} half-hours, ${negative} of them below nothing; of the days ${late} late, ${revised} revised, ${missing} with gaps, ${odd} of 46 or 50 half-hours`,
    `happened: ${Object.entries(happened)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', ')}`,
    ...['heater', 'washer', 'car'].map((device) => {
      const own = deadlines.filter((one) => one.device === device);
      const sum = (of: (one: Deadline) => number) => own.reduce((total, one) => total + of(one), 0);
      const [paid, best] = [sum((one) => one.cost), sum((one) => one.least)];
      const most = Math.max(0, ...own.map(({ starts }) => starts));
      const each = (sum((one) => one.starts) / Math.max(1, own.length)).toFixed(2);
      return `${device}: ${own.length} deadlines, £${paid.toFixed(2)} to £${best.toFixed(2)} with foresight = ${ratio(paid, best)}; ${each} starts a deadline, ${most} at most`;
    }),
    `cost ${ratio(cost, least)} × foresight; ${missed.length} feasible deadlines missed (${rest.infeasible} were not feasible), ${cuts.length} cycles cut, ${overCap.length} times more starts than the cap`,
  ];
}
