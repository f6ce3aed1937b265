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
    fault: health.fault,
    lines: [
      [t('forecast.by'), isOwn ? t(`forecast.by.${provider}`) : source.source],
      ...(HEARD.has(provider) ? [] : [[t('forecast.heard'), heardWords(source, now, words)]]),
      ...(health.next === null ? [] : [[t('forecast.next'), soon(Math.max(now, health.next), words)]]),
      [t('forecast.until'), health.until === null ? t('schedule.unknown') : words.moment(health.until * 1000)],
      [t('forecast.each'), t(`forecast.each.${source.unit}`, { time: span(source.interval) })],
      [t('forecast.better'), t(`forecast.better.${source.optimise}`)],
      [t('forecast.ahead'), span(source.horizon)],
    ] as const,
    curve: curveView({ id: `c${at}`, curve, now, currency, words }),
  };
}

/** Worked out here, so that nothing is heard. */
const HEARD = new Set(['tariff', 'off-peak']);

function heardWords({ health }: ForecastSource, now: number, words: Words): string {
  return health.fetched === null ? words.t('forecast.heard.never') : words.ago(now - health.fetched);
}

/** Shape and words: a square is well, a ring is late or has gaps, a diamond failed. */
function tagOf({ health, provider }: ForecastSource, { t }: Words): { look: string; words: string } {
  if (health.fault !== null) return { look: ' lost', words: t('forecast.tag.fault') };
  if (health.until === null) return { look: '', words: t('forecast.tag.none') };
  if (health.stale) return { look: ' late', words: t('forecast.tag.stale') };
  if (health.gaps.length > 0) return { look: '', words: t('forecast.tag.gaps') };
  return { look: ' ok', words: t(HEARD.has(provider) ? 'forecast.tag.here' : 'forecast.tag.fresh') };
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
