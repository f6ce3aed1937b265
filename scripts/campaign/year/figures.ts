import type { YearResult } from './campaign.ts';
import type { Deadline } from './score.ts';

/** What a replay comes to, line by line. */
export function figuresOf({
  deadlines,
  prices,
  happened,
  cost,
  least,
  leastOut,
  missed,
  cuts,
  overCap,
  ...rest
}: YearResult) {
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
      const [paid, best, out] = [sum((one) => one.cost), sum((one) => one.least), sum((one) => one.leastOut)];
      const most = Math.max(0, ...own.map(({ starts }) => starts));
      const each = (sum((one) => one.starts) / Math.max(1, own.length)).toFixed(2);
      return `${device}: ${own.length} deadlines, £${paid.toFixed(2)} = ${ratio(paid, out)} × foresight of what is out, ${ratio(paid, best)} × of what will be; ${each} starts a deadline, ${most} at most`;
    }),
    `cost ${ratio(cost, leastOut)} × foresight of the prices that are out, ${ratio(cost, least)} × of those that will be; ${missed.length} feasible deadlines missed (${rest.infeasible} were not feasible), ${cuts.length} cycles cut, ${overCap.length} times more starts than the cap`,
  ];
}
