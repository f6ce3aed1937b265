import { DateTime } from 'luxon';
import { milligrams, rounded, shared, sharedMilligrams } from '../tariff/money.ts';
import type { Costs } from './cost-model.ts';

/** The bill as a spreadsheet takes it: a line a period, kWh and money of every device, of the rest and of the house. */
export function costsCsv({ tariff, zone, devices, rows }: Costs): string {
  const isWeighed = tariff.carbon !== null;
  const names = [...devices.map(({ name }) => name), 'rest', 'house'];
  const head = [
    'from',
    ...names.flatMap((name) => [`${name} kWh`, `${name} ${tariff.currency}`, ...(isWeighed ? [`${name} g CO2`] : [])]),
    `standing charge ${tariff.currency}`,
    'hours not measured',
    'kWh without a price',
  ];
  const lines = rows.map((row) => {
    const parts = [...row.devices, row.rest];
    const costs = [...shared(parts.map(({ cost }) => cost)), rounded(row.house.cost)];
    const carbon = [...sharedMilligrams(parts.map((part) => part.carbon)), milligrams(row.house.carbon)];
    const figures = [...parts, row.house].flatMap(({ joules }, at) => {
      const grams = isWeighed ? [((carbon[at] ?? 0) / 1000).toFixed(3)] : [];
      return [kWh(joules), main(costs[at] ?? 0), ...grams];
    });
    const from = DateTime.fromSeconds(row.start, { zone }).toISO({ suppressMilliseconds: true }) ?? '';
    const missing = (row.house.missing / 3600).toFixed(2);
    return [from, ...figures, main(rounded(row.standing)), missing, kWh(row.house.unpriced)];
  });
  // The mark at the beginning tells a spreadsheet that names are UTF-8.
  return `\uFEFF${[head.map(quoted), ...lines].map((line) => line.join(',')).join('\r\n')}\r\n`;
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
