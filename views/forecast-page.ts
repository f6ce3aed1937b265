import { faultKind } from '../models/forecast/fault-kind.ts';
import type { Forecast } from '../models/forecast/forecast.ts';
import type { ForecastSource } from '../models/forecast/source.ts';
import { soon } from './advice-view.ts';
import { curveView } from './forecast-curve.ts';
import type { Words } from './page.ts';
import { span } from './plan-why.ts';

export interface SourceParts {
  readonly source: ForecastSource;
  readonly curve: Forecast;
  /** For the ids in the page. */
  readonly at: number;
  readonly now: number;
  readonly currency: string;
  readonly words: Words;
}

/** A source as views/forecast.ejs shows it: who says so, how fresh it is, what is wrong with it, and its curve. */
export function sourceView({ source, curve, at, now, currency, words }: SourceParts) {
  const { t } = words;
  const { name, provider, health } = source;
  const isOwn = words.has(`forecast.by.${provider}`);
  return {
    name,
    title: t(`forecast.provider.${provider}`),
    kept: provider !== 'tariff',
    tag: tagOf(source, words),
    troubles: troublesOf(source, words),
    fault: health.fault === null ? null : t(`forecast.fault.${faultKind(health.fault)}`),
    lines: [
      [t('forecast.by'), isOwn ? t(`forecast.by.${provider}`) : source.source],
      ...(HERE.has(provider) ? [] : [[t('forecast.heard'), heardWords(source, now, words)]]),
      ...(health.next === null ? [] : [[t('forecast.next'), soon(Math.max(now, health.next), words)]]),
      ...(provider === 'off-peak' ? [] : [[t('forecast.until'), untilWords(source, words)]]),
      [t('forecast.each'), t(`forecast.each.${source.unit}`, { time: span(source.interval) })],
      [t('forecast.better'), t(`forecast.better.${source.optimise}`)],
      [t('forecast.ahead'), aheadWords(source, words)],
    ] as const,
    curve: curveView({ id: `c${at}`, curve, now, currency, words }),
  };
}

/** Worked out here, so that nothing is heard. */
const HERE = new Set(['tariff', 'off-peak']);

function heardWords({ health }: ForecastSource, now: number, words: Words): string {
  return health.fetched === null ? words.t('forecast.heard.never') : words.ago(now - health.fetched);
}

function untilWords({ health }: ForecastSource, words: Words): string {
  return health.until === null ? words.t('schedule.unknown') : words.moment(health.until * 1000);
}

function aheadWords({ horizon }: ForecastSource, { t }: Words): string {
  return horizon % DAY_S === 0 && horizon > DAY_S ? t('forecast.days', { count: horizon / DAY_S }) : span(horizon);
}

/** Shape and words: a square is well, a ring is late or has gaps, a diamond failed. */
function tagOf({ health, provider }: ForecastSource, { t }: Words): { look: string; words: string } {
  if (health.fault !== null) return { look: ' lost', words: t('forecast.tag.fault') };
  if (HERE.has(provider)) return { look: ' ok', words: t('forecast.tag.here') };
  if (health.until === null) return { look: '', words: t('forecast.tag.none') };
  if (health.stale) return { look: ' late', words: t('forecast.tag.stale') };
  if (health.gaps.length > 0) return { look: '', words: t('forecast.tag.gaps') };
  return { look: ' ok', words: t('forecast.tag.fresh') };
}

function troublesOf({ health, provider }: ForecastSource, words: Words): string[] {
  const { t } = words;
  const { fault, attempted, stale, until, gaps } = health;
  const times = gaps.slice(0, MOST_GAPS).map(([start, end]) => `${soon(start, words)}–${words.clockTime(end * 1000)}`);
  return [
    ...(fault !== null && attempted !== null ? [t('forecast.fault', { time: words.moment(attempted * 1000) })] : []),
    ...(until === null && words.has(`forecast.none.${provider}`) ? [t(`forecast.none.${provider}`)] : []),
    ...(stale && until !== null ? [t('forecast.stale')] : []),
    ...(gaps.length > 0 ? [t('forecast.gaps', { times: times.join(', ') })] : []),
  ];
}

const MOST_GAPS = 4;
const DAY_S = 86_400;
