import type { Request, Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import type { Advice } from '../../models/advice/advice.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { ForecastSource } from '../../models/forecast/source.ts';
import type { MixPart } from '../../models/schedule/schedule.ts';
import { mayWrite } from '../../models/who.ts';
import { curveView } from '../../views/forecast-curve.ts';
import { sourceView } from '../../views/forecast-page.ts';
import type { Words } from '../../views/page.ts';
import { type AdviceCardsDeps, adviceCards, tongueOf } from './advice-cards.ts';
import { queryOf, readerOf } from './reader.ts';

export interface ForecastPagesDeps extends AdviceCardsDeps {
  readonly advice: Pick<Advice, 'light' | 'cheapest' | 'guide'>;
  readonly forecasts: Pick<ForecastModel, 'sources' | 'one' | 'combined' | 'providers'>;
  readonly clock: Pick<Clock, 'seconds'>;
}

/** GET /forecast: whether now is a good time, prices ahead, every source with how it does, and mixes of them. */
export function forecastPages(deps: ForecastPagesDeps) {
  return {
    show(req: Request, res: Response): void {
      const who = readerOf(req);
      const { account } = who;
      const words = res.words();
      const tongue = tongueOf(deps, account, words);
      const query = queryOf(req);
      const now = deps.clock.seconds();
      const sources = deps.forecasts.sources(account);
      const cards = adviceCards(deps, account, query, words);
      const guide = deps.advice.guide(account);
      const periods = cards.cheapest?.periods ?? [];
      const done = DONE.has(query.done ?? '') ? { kind: 'good', fact: words.t(`forecast.${query.done}`) } : null;
      res.page('forecast', {
        tab: 'schedules',
        title: words.t('forecast.title'),
        scripts: ['live.js', 'forecast.js'],
        notice: done,
        mayDecide: mayWrite(who),
        ...cards,
        ahead: guide && curveView({ id: 'ahead', curve: guide.curve, now, periods, ...tongue }),
        sources: sources.map((source, at) => {
          const curve = deps.forecasts.one(account, source.name, now, now + SHOWN);
          return sourceView({ source, curve, at, now, ...tongue });
        }),
        mix: mixOf(deps, { account, sources, query, now }, tongue),
        providers: deps.forecasts.providers().filter(({ kind }) => kind !== 'mqtt'),
      });
    },
  };
}

const DONE = new Set(['saved', 'removed', 'uploaded']);
const SHOWN = 48 * 3600;
const PARTS = [1, 2, 3];

interface Asked {
  readonly account: number;
  readonly sources: readonly ForecastSource[];
  readonly query: Record<string, string>;
  readonly now: number;
}

/** The mix that the form asks for, drawn as one; null where there is nothing to mix. */
function mixOf(deps: ForecastPagesDeps, asked: Asked, { words, currency }: { words: Words; currency: string }) {
  const { account, sources, query, now } = asked;
  if (sources.length === 0) return null;
  const names = new Set(sources.map(({ name }) => name));
  const fields = PARTS.map((at) => ({
    at,
    source: query[`mix${at}`] ?? (at === 1 ? (sources[0]?.name ?? '') : ''),
    weight: query[`weight${at}`] ?? '1',
  }));
  const parts = fields.flatMap(({ source, weight }): (MixPart | null)[] => {
    if (source === '') return [];
    const number = Number(weight.replace(',', '.'));
    return names.has(source) && weight !== '' && Math.abs(number) <= 1000 ? [{ source, weight: number }] : [null];
  });
  const right = parts.flatMap((part) => part ?? []);
  const wrong = right.length < parts.length || right.length === 0;
  const isAsked = query.mix1 !== undefined;
  const curve = isAsked && !wrong ? deps.forecasts.combined(account, right, now, now + SHOWN) : null;
  return {
    fields,
    names: [...names],
    error: isAsked && wrong ? words.t('forecast.mix.wrong') : '',
    curve: curve && curveView({ id: 'mix', curve, now, currency, words }),
  };
}
