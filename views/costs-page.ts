import type { BillRow } from '../models/cost/bill.ts';
import type { Costs } from '../models/cost/cost-model.ts';
import { rounded, shared } from '../models/tariff/money.ts';
import { COLOURED, drawStacks } from './costs-bars.ts';
import { money, unitPrice } from './money.ts';
import type { Words } from './page.ts';

export interface CostsParts {
  /** The month by days. */
  readonly costs: Costs;
  /** Today so far; null on other months. */
  readonly today: BillRow | null;
  readonly words: Words;
}

/** Everything views/costs.ejs prints of a month. */
export function costsPage({ costs, today, words }: CostsParts) {
  const { total, tariff, metered } = costs;
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
    today: today && {
      figure: paid(rounded(today.house.cost + today.standing)),
      line: words.energy(today.house.joules / JOULES_A_KWH),
    },
    notices: noticesOf(costs, words),
    ...daysOf(costs, lines, words),
    table: lines.map(({ name, at, swatch }, index) => rowOf(name ?? words.t('costs.else'), total, at, index, swatch)),
    foot: {
      ...figuresOf(total.house.joules, house),
      cost: paid(house),
      words: words.t(metered ? 'costs.meter' : 'costs.devices'),
    },
    agrees: metered && costs.devices.length > 0 ? agreement() : null,
  };

  function rowOf(name: string, row: BillRow, at: number[], index: number, swatch: number) {
    const cost = sharesOf(row, lines)[index] ?? 0;
    const joules = at.reduce((sum, one) => sum + ((one < 0 ? row.rest : row.devices[one])?.joules ?? 0), 0);
    return { name, swatch, ...figuresOf(joules, cost), cost: paid(cost) };
  }

  function figuresOf(joules: number, micro: number) {
    const kWh = joules / JOULES_A_KWH;
    const each = Math.abs(kWh) < 0.05 ? null : Math.round(micro / kWh / 100) * 100;
    return { kwh: words.number(kWh, 1), unit: each === null ? '–' : unitPrice(each, tariff.currency, words) };
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
  const parts = lines.map(({ at: [at = -1] }) => (at < 0 ? row.rest : row.devices[at])?.cost ?? 0n);
  return shared(parts, PENNY).map((pennies) => pennies * PENNY);
}

function daysOf({ rows, tariff }: Costs, lines: readonly TableLine[], words: Words) {
  const paid = (micro: number) => money(micro, tariff.currency, words);
  const date = (row: BillRow) => words.day(row.start * 1000);
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
    return { word: date(row), parts: [...own, rest] };
  });
  const { t } = words;
  return {
    chart: drawStacks(stacks, { label: t('costs.days.label'), money: paid }),
    dearest: dearest ? t('costs.days.note', { day: date(dearest), cost: paid(rounded(dearest.house.cost)) }) : '',
    columns: lines.map(({ name }) => name ?? t('costs.else')),
    days: rows.map((row) => ({
      day: date(row),
      costs: sharesOf(row, lines).map((share) => words.number(share / 1_000_000, 2)),
      all: words.number(rounded(row.house.cost, PENNY) / 100, 2),
    })),
  };
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
  return notices;
}

/** Silence that is worth a word. */
const LONG_S = 1800;
const PENNY = 10_000;
const JOULES_A_KWH = 3_600_000;
