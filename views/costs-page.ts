import type { BillRow, Line } from '../models/cost/bill.ts';
import type { Costs } from '../models/cost/cost-model.ts';
import type { Period } from '../models/cost/period.ts';
import type { Quality } from '../models/cost/quality.ts';
import type { Today } from '../models/cost/today.ts';
import { milligrams, rounded, shared, sharedMilligrams } from '../models/tariff/money.ts';
import { COLOURED, drawStacks } from './costs-bars.ts';
import { money, monthName, roundMoney, unitPrice } from './money.ts';
import type { Words } from './page.ts';

export interface CostsParts {
  /** What is shown, in rows. */
  readonly costs: Costs;
  /** Today so far and to its end; null where what is shown is gone by. */
  readonly today: Today | null;
  readonly qualities: readonly Quality[];
  readonly by: Period;
  readonly words: Words;
}

/** Everything views/costs.ejs prints of a day, week, month or year. */
export function costsPage({ costs, today, qualities, by, words }: CostsParts) {
  const { total, tariff, metered } = costs;
  const isWeighed = tariff.carbon !== null;
  const paid = (micro: number) => money(micro, tariff.currency, words);
  const lines = linesOf(costs);
  const house = rounded(total.house.cost, PENNY) * PENNY;
  const standing = rounded(total.standing, PENNY) * PENNY;
  return {
    sum: paid(house + standing),
    sentence: words.t(standing === 0 ? 'costs.say.plain' : 'costs.say', {
      kwh: words.energy(total.house.joules / JOULES_A_KWH),
      cost: paid(house),
      standing: paid(standing),
    }),
    today: today && [
      { name: words.t('costs.today'), ...figureOf(today.soFar) },
      { name: words.t('costs.midnight'), ...figureOf(today.toMidnight) },
    ],
    co2: isWeighed ? words.t('costs.co2.say', { co2: co2Words(milligrams(total.house.carbon), words) }) : null,
    notices: noticesOf(costs, words),
    ...daysOf(costs, lines, by, words),
    quality: costQuality(costs, qualities, words),
    table: lines
      .map(({ name, at, swatch }, index) => rowOf(name ?? words.t('costs.else'), total, at, index, swatch))
      .slice(0, shownOf(costs)),
    foot: {
      ...figuresOf(total.house.joules, house),
      cost: paid(house),
      co2: isWeighed ? kilograms(milligrams(total.house.carbon), words) : null,
      words: words.t(metered ? 'costs.meter' : 'costs.devices'),
    },
    agrees: metered && costs.devices.length > 0 ? agreement() : null,
  };

  function rowOf(name: string, row: BillRow, at: number[], index: number, swatch: number) {
    const cost = sharesOf(row, lines)[index] ?? 0;
    const joules = at.reduce((sum, one) => sum + ((one < 0 ? row.rest : row.devices[one])?.joules ?? 0), 0);
    const mg = sharedMilligrams(lines.map((line) => partOf(row, line).carbon))[index] ?? 0;
    return { name, swatch, ...figuresOf(joules, cost), cost: paid(cost), co2: isWeighed ? kilograms(mg, words) : null };
  }

  function figureOf({ house: line, standing: charge }: BillRow) {
    const kwh = words.energy(line.joules / JOULES_A_KWH);
    const co2 = co2Words(milligrams(line.carbon), words);
    return { figure: paid(rounded(line.cost + charge)), line: isWeighed ? `${kwh} · ${co2}` : kwh };
  }

  function figuresOf(joules: number, micro: number) {
    const kWh = joules / JOULES_A_KWH;
    // What is given, and paid for, has no price a unit.
    const each = Math.abs(kWh) < 0.05 || (kWh < 0 && micro > 0) ? null : Math.round(micro / kWh / 100) * 100;
    return { kwh: words.number(kWh, 1), unit: each === null ? '–' : unitPrice(each, tariff.currency, words, false) };
  }

  function agreement(): string {
    const shares = sharesOf(total, lines);
    const rest = shares.at(-1) ?? 0;
    const devices = shares.slice(0, -1).reduce((sum, share) => sum + share, 0);
    return words.t('costs.agrees.say', { devices: paid(devices), rest: paid(rest), house: paid(house) });
  }
}

/** One line of the table: the devices in it by their place, or -1 for the rest; which colour it has. */
interface TableLine {
  readonly name: string | null;
  readonly at: number[];
  readonly swatch: number;
}

/** The dearest first, the rest last. From the fourth on devices share a colour where there are more than four. */
function linesOf({ devices, total }: Costs): TableLine[] {
  const cost = (at: number) => rounded(total.devices[at]?.cost ?? 0n);
  const order = devices.map((_, at) => at).sort((a, b) => cost(b) - cost(a));
  const lines = order.map((at, index) => ({
    name: devices[at]?.name ?? '',
    at: [at],
    swatch: Math.min(index + 1, COLOURED),
  }));
  return [...lines, { name: null, at: [-1], swatch: COLOURED + 1 }];
}

/** What each line costs, in whole pennies that add up to the house's. */
function sharesOf(row: BillRow, lines: readonly TableLine[]): number[] {
  const parts = lines.map((line) => partOf(row, line).cost);
  return shared(parts, PENNY).map((pennies) => pennies * PENNY);
}

function partOf(row: BillRow, { at: [at = -1] }: TableLine): Line {
  return (at < 0 ? row.rest : row.devices[at]) ?? row.rest;
}

/** How many lines there are to tell of: without a meter of the house nobody knows of anything else. */
function shownOf({ devices, metered }: Costs): number {
  return metered || devices.length === 0 ? devices.length + 1 : devices.length;
}

function daysOf(costs: Costs, lines: readonly TableLine[], by: Period, words: Words) {
  const { rows, tariff } = costs;
  const shown = shownOf(costs);
  const paid = (micro: number) => money(micro, tariff.currency, words);
  const date = (row: BillRow) => rowName(by, row.start, words);
  const dearest = rows.reduce<BillRow | null>(
    (best, row) => (best && best.house.cost >= row.house.cost ? best : row),
    null,
  );
  const stacks = rows.map((row) => {
    const shares = sharesOf(row, lines);
    const rest = shares.pop() ?? 0;
    const own = shares.slice(0, COLOURED);
    const others = shares.slice(COLOURED).reduce((sum, share) => sum + share, 0);
    if (others !== 0) own[COLOURED - 1] = (own[COLOURED - 1] ?? 0) + others;
    return { word: axisWord(by, row.start, words), parts: [...own, rest] };
  });
  const { t } = words;
  return {
    heading: t(`costs.by.${by}`),
    caption: t('costs.days.caption', { currency: tariff.currency }),
    chart: drawStacks(stacks, {
      label: t('costs.days.label'),
      money: (micro) => roundMoney(micro, tariff.currency, words),
    }),
    earned: stacks.some(({ parts }) => parts.some((part) => part < 0)) ? t('costs.days.earned') : '',
    dearest:
      dearest && dearest.house.cost > 0n
        ? t('costs.days.note', { day: date(dearest), cost: paid(rounded(dearest.house.cost)) })
        : '',
    columns: lines.map(({ name }) => name ?? t('costs.else')).slice(0, shown),
    days: rows.map((row) => ({
      day: date(row),
      costs: sharesOf(row, lines)
        .slice(0, shown)
        .map((share) => words.number(share / 1_000_000, 2)),
      all: words.number(rounded(row.house.cost, PENNY) / 100, 2),
    })),
  };
}

/** "Thursday 15 January", "Week from …", "January 2026", "2026". */
export function viewName(view: 'day' | 'week' | 'month' | 'year', start: number, words: Words): string {
  if (view === 'day') return words.day(start * 1000);
  if (view === 'week') return words.t('costs.week.of', { day: words.day(start * 1000) });
  if (view === 'month') return monthName(start, words);
  return new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: words.zone }).format(start * 1000);
}

/** As short as a button on a phone wants it: "Thu 15 Jan", "12–18 Jan", "January 2026", "2026". */
export function stepName(view: 'day' | 'week' | 'month' | 'year', start: number, words: Words): string {
  if (view === 'month' || view === 'year') return viewName(view, start, words);
  const date = { day: 'numeric', month: 'short', timeZone: words.zone } as const;
  const tag = TAGS[words.language];
  if (view === 'day') return new Intl.DateTimeFormat(tag, { weekday: 'short', ...date }).format(start * 1000);
  return new Intl.DateTimeFormat(tag, date).formatRange(start * 1000, (start + SIX_DAYS_S) * 1000);
}

function rowName(by: Period, start: number, words: Words): string {
  if (by === 'half-hour') return words.clockTime(start * 1000);
  return by === 'month' ? monthName(start, words) : words.day(start * 1000);
}

/** The row's name below its bar: "06:00", "15", "Jan". */
function axisWord(by: Period, start: number, words: Words): string {
  if (by === 'half-hour') return words.clockTime(start * 1000);
  const part = by === 'month' ? { month: 'short' as const } : { day: 'numeric' as const };
  const format = new Intl.DateTimeFormat(TAGS[words.language], { ...part, timeZone: words.zone });
  const word = format.formatToParts(start * 1000).find(({ type }) => type === 'month' || type === 'day');
  return word?.value ?? '';
}

/** Kilograms with two decimals, without their unit. */
function kilograms(milligram: number, { number }: Words): string {
  return number(milligram / 1_000_000, 2);
}

function co2Words(milligram: number, words: Words): string {
  return `${kilograms(milligram, words)} kg CO₂`;
}

/** How often each device ran, and how far its figures can be relied on; null where there is no device. */
function costQuality({ devices }: Costs, qualities: readonly Quality[], { number }: Words) {
  if (devices.length === 0) return null;
  const share = (value: number | null) => (value === null ? '–' : `${number(value, 1)} %`);
  return devices.map(({ id, name }) => {
    const quality = qualities.find(({ device }) => device === id);
    const { failed = null, missing = null, invalid = null, powerOns = null } = quality ?? {};
    const count = powerOns === null ? '–' : number(powerOns[0] ?? 0);
    return { name, count, failed: share(failed), missing: share(missing), invalid: share(invalid) };
  });
}

/** What the figures do not hold. */
function noticesOf({ total, metered }: Costs, { t, number, energy }: Words): { fact: string; step: string }[] {
  const notices: { fact: string; step: string }[] = [];
  if (!metered) notices.push({ fact: t('costs.unmetered'), step: t('costs.unmetered.say') });
  else if (total.house.missing >= LONG_S)
    notices.push({
      fact: t('costs.missing'),
      step: t('costs.missing.say', { hours: number(total.house.missing / 3600, 1) }),
    });
  if (total.house.unpriced !== 0) {
    const kwh = energy(total.house.unpriced / JOULES_A_KWH);
    notices.push({ fact: t('costs.unpriced', { kwh }), step: t('costs.unpriced.say') });
  }
  if (total.house.unweighed !== 0) {
    const kwh = energy(total.house.unweighed / JOULES_A_KWH);
    notices.push({ fact: t('costs.unweighed', { kwh }), step: t('costs.unweighed.say') });
  }
  return notices;
}

const TAGS = { en: 'en-GB', cy: 'cy', de: 'de-DE' } as const;
/** From a week's Monday into its Sunday, whether the clocks change or not. */
const SIX_DAYS_S = 6.5 * 86_400;
/** Silence that is worth a word. */
const LONG_S = 1800;
const PENNY = 10_000;
const JOULES_A_KWH = 3_600_000;
