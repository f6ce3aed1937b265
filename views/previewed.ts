import type { ForecastUnit } from '../models/forecast/forecast.ts';
import type { Impossible, Period, Plan, Problem } from '../models/planner/problem.ts';
import type { Why } from '../models/planner/why.ts';
import type { Need } from '../models/schedule/schedule.ts';
import type { Words } from './page.ts';

/** What a draft would do next. */
export interface Previewed {
  readonly device: string;
  readonly mode: 'smart' | 'timer' | 'on' | 'off';
  readonly need: Need;
  readonly now: number;
  /** null: nothing lies ahead. */
  readonly deadline: number | null;
  readonly periods: readonly Period[];
  readonly never: readonly Period[];
  /** Null where the planner was not asked. */
  readonly planned: { readonly problem: Problem; readonly outcome: Plan | Impossible; readonly why: Why | null } | null;
  /** What is not known and keeps it from being planned. */
  readonly missing: 'power' | 'soc' | 'price' | 'carbon' | null;
  /** What it is planned by. */
  readonly curve: Curve;
  /** Several forecasts weighed against each other: its figures are neither money nor grams. */
  readonly mixed: boolean;
  readonly price: Curve | null;
  readonly carbon: Curve | null;
  /** Share of local generation, 0 to 1. */
  readonly share: Curve | null;
  /** What it draws; null: not known. */
  readonly powerW: number | null;
  readonly currency: string;
}

/** Values over time, as a forecast gives them. */
export interface Curve {
  readonly unit: ForecastUnit;
  readonly optimise: 'min' | 'max';
  readonly start: number;
  readonly interval: number;
  readonly profile: readonly (number | null)[];
}

/** Whose language, zone and clock it is told in; a browser has these, too. */
export type PreviewWords = Pick<Words, 't' | 'number' | 'language' | 'zone' | 'moment' | 'clockTime' | 'day'>;

/** A picture of more days says nothing. */
export const LONGEST_S = 8 * 86_400;
