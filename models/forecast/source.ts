import { z } from 'zod';
import type { ForecastUnit } from './forecast.ts';

/** Names that mean something else. */
const TAKEN = ['tariff', 'mix', 'flat'];

export const sourceName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'small letters, digits and . _ - after a letter or digit')
  .refine((name) => !TAKEN.includes(name), 'this name is taken');

export const sourceSchema = z.object({
  name: sourceName,
  provider: z.string().min(1).max(32),
  params: z.record(z.string(), z.unknown()).default({}),
});

/** A source as a person sets it up; its params are still to be read by its provider. */
export type SourceForm = z.infer<typeof sourceSchema>;

/** A forecast of a household and how it does. Nothing in it is secret. */
export interface ForecastSource {
  readonly name: string;
  readonly provider: string;
  readonly unit: ForecastUnit;
  readonly optimise: 'min' | 'max';
  readonly interval: number;
  readonly horizon: number;
  /** Who says so. */
  readonly source: string;
  /** Secrets are left out. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Secrets that are set. */
  readonly kept: readonly string[];
  readonly health: SourceHealth;
}

export interface SourceHealth {
  /** Unix seconds of the last good answer. */
  readonly fetched: number | null;
  readonly attempted: number | null;
  /** When it is asked next; null where it is never asked. */
  readonly next: number | null;
  /** Nothing newer came when it should have. */
  readonly stale: boolean;
  /** Why, where the last fetch failed. */
  readonly fault: string | null;
  /** Until when something is known, Unix seconds. */
  readonly until: number | null;
  /** Between now and then, of what nothing is known. */
  readonly gaps: readonly (readonly [start: number, end: number])[];
}
