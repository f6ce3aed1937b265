import type { Forecast } from '../forecast/forecast.ts';
import type { Holidays } from '../schedule/occurrence.ts';
import type { KeptSchedule, MixPart, Schedule } from '../schedule/schedule.ts';

/** The schedules of a household, as plans need them. */
export interface Schedules {
  list(account: number): readonly KeptSchedule[];
  boostOf(device: number): { readonly until: number } | null;
  change(id: number, fields: Partial<Schedule>): Promise<unknown>;
  holidays(account: number): Holidays;
  listen(listener: (account: number, device: number) => void): () => void;
}

/** What is known of the time to come. */
export interface Forecasts {
  combined(account: number, mix: readonly MixPart[], from: number, to: number): Forecast;
  /** What the household has, the unit of each. */
  sources(account: number): readonly { readonly name: string; readonly unit: string }[];
  /** The first of them that tells of carbon; null: none does. */
  carbonSource(account: number): string | null;
  listen(listener: (account: number, source: string) => void): () => void;
}
