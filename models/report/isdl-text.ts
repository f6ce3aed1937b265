import { DateTime } from 'luxon';
import type { Report, ReportLine } from './report.ts';

/** The first two lines of a device's file, as IntelligentSocketDatalogger writes them. */
export const ISDL_HEAD = [
  '| Period in UTC                             | consumption in KWh | Costs                  | Error rate in %  | Power on count |',
  '|-------------------------------------------|--------------------|------------------------|------------------|----------------|',
  '',
].join('\n');

/** The line of one device in one report; energy with two decimals, the price a mean one. */
export function isdlRow(report: Pick<Report, 'start' | 'end' | 'body'>, line: ReportLine): string {
  const sign = signOf(report.body.currency);
  const kWh = line.kWh.toFixed(2);
  const price = Math.abs(line.kWh) < 0.005 ? null : line.cost / MICRO / line.kWh;
  const each = price === null ? 'N.A.' : price >= 10 ? '9.99+' : price.toFixed(2);
  const costs = `${(line.cost / MICRO).toFixed(2)}${sign} (${each}${sign}/KWh)`;
  const rates = `${rate(line.failed).padEnd(7)} ${rate(line.missing)}`;
  const count = line.powerOns === null ? 'N.A.' : String(line.powerOns);
  return `| ${isdlPeriod(report)} | ${kWh.padEnd(18)} | ${costs.padEnd(22)} | ${rates.padEnd(16)} | ${count.padEnd(14)} |\n`;
}

/** `2026-01-14 00:00:00 - 2026-01-15 00:00:00`, in UTC. */
export function isdlPeriod({ start, end }: Pick<Report, 'start' | 'end'>): string {
  const text = (time: number) => DateTime.fromSeconds(time, { zone: 'utc' }).toFormat('yyyy-MM-dd HH:mm:ss');
  return `${text(start)} - ${text(end)}`;
}

function rate(value: number | null): string {
  return value === null ? 'N.A.' : value.toFixed(1);
}

function signOf(currency: string): string {
  const parts = new Intl.NumberFormat('en-GB', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return parts.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? currency;
}

const MICRO = 1_000_000;
