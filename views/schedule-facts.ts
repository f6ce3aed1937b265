import { costOf } from '../models/planner/plan.ts';
import { isPlan, lengthOf, type Period } from '../models/planner/problem.ts';
import { grams } from './curve-words.ts';
import { money } from './money.ts';
import { span } from './plan-why.ts';
import type { Curve, Previewed, PreviewWords } from './previewed.ts';
import { markup } from './svg.ts';

/** The figures beside the picture: what it costs, draws and emits, how much of it is local, and what may go wrong. Markup. */
export function factsMarkup(seen: Previewed, words: PreviewWords): string {
  return factsOf(seen, words).map(factMarkup).join('');
}

/** "62p" of the plan; null where its price is not known. */
export function costWords(seen: Previewed, words: PreviewWords): string | null {
  const cost = worth(seen.price, seen.periods, kWOf(seen));
  return cost === null || seen.periods.length === 0 ? null : money(Math.round(cost * MICRO), seen.currency, words);
}

interface Fact {
  readonly label: string;
  readonly figure: string;
  readonly line: string;
  readonly look?: 'good' | 'wait' | 'bad';
}

function factsOf(seen: Previewed, words: PreviewWords): Fact[] {
  if (seen.mode === 'on' || seen.mode === 'off' || seen.periods.length === 0) return [];
  return [
    ...costOfPlan(seen, words),
    energyOf(seen, words),
    ...carbonOf(seen, words),
    ...shareOf(seen, words),
    ...riskOf(seen, words),
  ];
}

function costOfPlan(seen: Previewed, words: PreviewWords): Fact[] {
  const cost = worth(seen.price, seen.periods, kWOf(seen));
  if (cost === null) return [];
  const { t } = words;
  const other = worth(seen.price, nowPeriods(seen), kWOf(seen));
  const saved = other === null ? 0 : Math.round((other - cost) * MICRO);
  const compared = saved >= 0 ? 'schedule.saves' : 'schedule.more.than';
  const amount = money(Math.abs(saved), seen.currency, words);
  const line = amount === money(0, seen.currency, words) ? '' : t(compared, { amount });
  return [{ label: t('schedule.cost'), figure: money(Math.round(cost * MICRO), seen.currency, words), line }];
}

function energyOf(seen: Previewed, words: PreviewWords): Fact {
  const { t } = words;
  const seconds = lengthOf(seen.periods);
  const kW = kWOf(seen);
  if (kW === null) {
    const figure = span(seconds < 60 ? seconds : seconds - (seconds % 60));
    return { label: t('schedule.length'), figure, line: t('schedule.power.unknown') };
  }
  const figure = `${words.number((seconds / 3600) * kW, 1)} kWh`;
  return { label: t('schedule.energy'), figure, line: t('schedule.at', { power: `${words.number(kW, 1)} kW` }) };
}

function carbonOf(seen: Previewed, words: PreviewWords): Fact[] {
  const carbon = worth(seen.carbon, seen.periods, kWOf(seen));
  if (carbon === null) return [];
  const other = worth(seen.carbon, nowPeriods(seen), kWOf(seen));
  const line = other === null ? '' : words.t('schedule.ifnow', { amount: grams(other, words) });
  return [{ label: 'CO₂', figure: grams(carbon, words), line }];
}

function shareOf({ share, periods }: Previewed, words: PreviewWords): Fact[] {
  const local = worth(share, periods, 1);
  const hours = lengthOf(periods) / 3600;
  if (local === null || hours === 0) return [];
  const figure = `${words.number((local / hours) * 100)}%`;
  return [{ label: words.t('schedule.share'), figure, line: words.t('schedule.share.line') }];
}

/** How much may go wrong before it is late. */
function riskOf({ deadline, periods, planned, mode, now }: Previewed, words: PreviewWords): Fact[] {
  if (deadline === null || mode !== 'smart' || !planned) return [];
  const { t } = words;
  if (!isPlan(planned.outcome))
    return [{ label: t('schedule.risk'), figure: t('schedule.risk.late'), line: '', look: 'bad' }];
  const end = periods.at(-1)?.[1] ?? now;
  const spare = deadline - end;
  const line =
    spare === 0 ? t('schedule.risk.line.none') : t('schedule.risk.line', { spare: span(spare - (spare % 60)) });
  const tight = spare < TIGHT;
  return [
    {
      label: t('schedule.risk'),
      figure: t(tight ? 'schedule.risk.tight' : 'schedule.risk.none'),
      line,
      look: tight ? 'wait' : 'good',
    },
  ];
}

function factMarkup({ label, figure, line, look }: Fact): string {
  const quiet = line === '' ? '' : `<dd>${markup(line)}</dd>`;
  return `<div><dt>${markup(label)}</dt><dd${look ? ` class="${look}"` : ''}>${markup(figure)}</dd>${quiet}</div>`;
}

/** Started now and run through, as somebody without a plan would. */
function nowPeriods({ now, periods }: Previewed): Period[] {
  return [[now, now + lengthOf(periods)]];
}

/** What it draws; null: not known. */
function kWOf({ powerW }: Previewed): number | null {
  return powerW === null ? null : powerW / 1000;
}

/** Σ value × kWh; null where some of it is not known. */
function worth(curve: Curve | null, periods: readonly Period[], kW: number | null): number | null {
  if (!curve || kW === null) return null;
  const problem = { ...curve, now: 0, readyBy: 0, run: 0, interruptible: true };
  const { cost, unpriced } = costOf(problem, periods);
  return unpriced > 0 ? null : cost * kW;
}

const MICRO = 1_000_000;
const TIGHT = 900;
