import { dateOf, wallDay } from '../../lib/wall-clock.ts';
import type { Forecast } from '../forecast/forecast.ts';
import { type DraftPlan, draftPlan } from './draft-plan.ts';
import { occurrenceAt } from './occurrence.ts';
import type { MixPart, Schedule } from './schedule.ts';

/** All that an editor needs to plan drafts by itself: what is known of the household and of the days ahead. Plain data. */
export interface Outlook {
  /** Unix seconds. */
  readonly now: number;
  readonly zone: string;
  readonly holidays: readonly string[];
  /** By `keyOf` a mix. */
  readonly forecasts: Readonly<Record<string, Forecast>>;
  /** Keys of what a kWh costs, gives off, and of what is generated here; null: nobody tells. */
  readonly price: string | null;
  readonly carbon: string | null;
  readonly local: string | null;
  readonly currency: string;
  /** What the device draws as measured, W. */
  readonly powerW: number | null;
  /** State of charge, 0 to 1, by the input that tells. */
  readonly levels: Readonly<Record<string, number | null>>;
  readonly delivered: { readonly day: string; readonly seconds: number } | null;
  readonly spread: number;
}

/** The name of a mix among the forecasts of an outlook. */
export function keyOf(mix: readonly MixPart[]): string {
  const [only] = mix;
  return mix.length === 1 && only?.weight === 1
    ? only.source
    : mix.map((part) => `${part.source}*${part.weight}`).join('+');
}

/** What the draft would do; null where the outlook lacks what it is planned by. */
export function planIn(outlook: Outlook, draft: Schedule): DraftPlan | null {
  const { forecasts, now, zone, holidays, delivered, spread } = outlook;
  const forecast = forecasts[keyOf(draft.mix)];
  if (!forecast) return null;
  const [price, carbon] = [forecasts[outlook.price ?? '?'], forecasts[outlook.carbon ?? '?']];
  const { need } = draft;
  const told = need.kind === 'charge' && 'input' in need.current ? outlook.levels[need.current.input] : null;
  return draftPlan(draft, {
    ...{ now, zone, holidays, forecast, spread, powerW: outlook.powerW, soc: told ?? null },
    ...(price && { price }),
    ...(carbon && { carbon }),
    ...(delivered && { delivered }),
  });
}

/** A draft without any day is for the next time its deadline comes. */
export function withDay(draft: Schedule, { now, zone }: Pick<Outlook, 'now' | 'zone'>): Schedule {
  if (draft.repeat || draft.once !== null) return draft;
  const today = wallDay(now, zone);
  const on = (day: number): Schedule => ({ ...draft, once: dateOf(day) });
  return occurrenceAt({ ...on(today), mode: 'smart' }, now, zone, []) ? on(today) : on(today + 1);
}
