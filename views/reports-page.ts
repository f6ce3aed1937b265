import type { Report, ReportLine } from '../models/report/report.ts';
import { money } from './money.ts';
import type { Words } from './page.ts';

/** One line of the list of reports. */
export function reportRow({ id, kind, start, end, body }: Report, words: Words) {
  const { t } = words;
  const options = { dateStyle: 'medium', timeStyle: 'short', timeZone: body.zone } as const;
  const format = new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : words.language, options);
  const cost = money(body.house.cost + body.standing, body.currency, words);
  return {
    id,
    name: t(`reports.kind.${kind}`),
    period: `${format.format(start * 1000)} – ${format.format(end * 1000)}`,
    facts: t('reports.facts', { kwh: words.energy(body.house.kWh), cost }),
  };
}

/** Everything views/report.ejs prints. */
export function reportPage(report: Report, words: Words) {
  const { devices, rest, house, currency } = report.body;
  const share = (value: number | null) => (value === null ? '–' : `${words.number(value, 1)} %`);
  const row = (line: ReportLine, name: string) => ({
    name,
    kwh: words.number(line.kWh, 2),
    cost: money(line.cost, currency, words),
    co2: words.number(line.grams / 1000, 2),
    count: line.powerOns === null ? '–' : words.number(line.powerOns),
    failed: share(line.failed),
    missing: share(line.missing),
  });
  return {
    ...reportRow(report, words),
    // A tariff without a source of carbon weighs nothing.
    isWeighed: [...devices, rest, house].some(({ grams }) => grams !== 0),
    lines: [...devices.map((line) => row(line, line.name)), row(rest, words.t('costs.else'))],
    house: row(house, words.t('costs.meter')),
  };
}
