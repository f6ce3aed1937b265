import { DateTime } from 'luxon';
import { rounded, shared } from '../tariff/money.ts';
import type { Costs } from './cost-model.ts';

/** The bill as a spreadsheet takes it: a line a period, kWh and money of every device, of the rest and of the house. */
export function costsCsv({ tariff, zone, devices, rows }: Costs): string {
  const names = [...devices.map(({ name }) => name), 'rest', 'house'];
  const head = [
    'from',
    ...names.flatMap((name) => [`${name} kWh`, `${name} ${tariff.currency}`]),
    `standing charge ${tariff.currency}`,
    'hours not measured',
    'kWh without a price',
  ];
  const lines = rows.map((row) => {
    const parts = [...row.devices, row.rest];
    const costs = [...shared(parts.map(({ cost }) => cost)), rounded(row.house.cost)];
    const figures = [...parts, row.house].flatMap(({ joules }, at) => [kWh(joules), main(costs[at] ?? 0)]);
    const from = DateTime.fromSeconds(row.start, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
    const missing = (row.house.missing / 3600).toFixed(2);
    return [from, ...figures, main(rounded(row.standing)), missing, kWh(row.house.unpriced)];
  });
  return `${[head.map(quoted), ...lines].map((line) => line.join(',')).join('\r\n')}\r\n`;
}

function kWh(joules: number): string {
  return (joules / 3_600_000).toFixed(6);
}

function main(micro: number): string {
  return (micro / 1_000_000).toFixed(6);
}

/** A name that a spreadsheet would take for a formula is kept a name. */
function quoted(text: string): string {
  return `"${text.replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;
}
