import { z } from 'zod';
import type { ForecastUnit } from './forecast.ts';
import type { Span } from './span.ts';

/** One question to a server. */
export interface Ask {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer may be that there is nothing yet, such as tomorrow's prices in the morning. */
  readonly mayBeMissing?: boolean;
}

/** What an answer told. */
export interface Told {
  readonly spans: readonly Span[];
  /** Where the rest of it is, for an answer in pages. Followed only on the same server. */
  readonly next?: string | null;
}

/** What is known besides the answer itself. */
export interface Context {
  /** Unix seconds. */
  readonly now: number;
  /** The household's. */
  readonly zone: string;
}

/** When figures for the next day are published. */
export interface Publication {
  readonly zone: string;
  /** Hour and minute of the wall clock from which they may be there. */
  readonly from: readonly [hour: number, minute: number];
  /** The next day is known when figures reach so many hours after its midnight. */
  readonly reach: number;
}

/** Where the figures come from: asked over HTTP, told over MQTT, brought by a person, or worked out here. */
export type ProviderKind = 'http' | 'mqtt' | 'upload' | 'computed';

interface Described {
  readonly name: string;
  /** Who says so, for people. */
  readonly source: string;
  readonly kind: ProviderKind;
  /** Seconds each figure usually holds. */
  readonly interval: number;
  /** Seconds ahead that it usually tells. */
  readonly horizon: number;
  /** Seconds between two fetches where nothing else is due; without a newer one for long after that the figures are stale. */
  readonly every: number;
  readonly publication?: Publication;
  /** Params that are never shown. */
  readonly secrets?: readonly string[];
}

/** What stands in a provider's file. `P` is what a person sets for a source of it. */
export interface Definition<P> extends Described {
  readonly unit: ForecastUnit | ((params: P) => ForecastUnit);
  readonly optimise: 'min' | 'max' | ((params: P) => 'min' | 'max');
  readonly params: z.ZodType<P>;
  /** How often it may be asked in 24 hours, failures counted. */
  perDay?(params: P): number;
  /** Where a source's figures may hold otherwise than usual. */
  intervalOf?(params: P): number;
  /** Where a source may be asked at other times than usual. */
  everyOf?(params: P): number;
  request?(params: P, context: Context): readonly Ask[];
  /** What an answer says, JSON or else text. Throws ForecastError or ZodError where it says nothing of use. */
  parse?(answer: unknown, params: P, context: Context): Told;
  /** Worked out here, for `kind` computed. */
  compute?(params: P, from: number, to: number, zone: string): Span[];
}

/** One kind of forecast. */
export interface Provider extends Described {
  /** null: as the source's params say. */
  readonly unit: ForecastUnit | null;
  readonly optimise: 'min' | 'max' | null;
  /** JSON Schema of its params. */
  schema(): unknown;
  /** Throws ZodError where the params are not the provider's. */
  configure(params: unknown): Configured;
}

/** A provider with a source's params, parsed. */
export interface Configured {
  readonly unit: ForecastUnit;
  readonly optimise: 'min' | 'max';
  /** Infinity: as often as wanted. */
  readonly perDay: number;
  /** Seconds each figure holds. */
  readonly interval: number;
  /** Seconds between two fetches where nothing else is due. */
  readonly every: number;
  /** As they are kept: defaults filled in. */
  readonly params: Readonly<Record<string, unknown>>;
  request(context: Context): readonly Ask[];
  parse(answer: unknown, context: Context): Told;
  compute(from: number, to: number, zone: string): Span[];
}

/** A provider from what stands in its file. */
export function provider<P extends object>(definition: Definition<P>): Provider {
  const { unit, optimise, params, perDay, intervalOf, everyOf, request, parse, compute, ...described } = definition;
  return {
    ...described,
    unit: typeof unit === 'function' ? null : unit,
    optimise: typeof optimise === 'function' ? null : optimise,
    schema: () => z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' }),
    configure(value) {
      const set = params.parse(value);
      return {
        unit: typeof unit === 'function' ? unit(set) : unit,
        optimise: typeof optimise === 'function' ? optimise(set) : optimise,
        perDay: perDay?.(set) ?? Number.POSITIVE_INFINITY,
        params: { ...set } as Record<string, unknown>,
        every: everyOf?.(set) ?? described.every,
        interval: intervalOf?.(set) ?? described.interval,
        request: (context) => request?.(set, context) ?? [],
        parse: (answer, context) => parse?.(answer, set, context) ?? { spans: [] },
        compute: (from, to, zone) => compute?.(set, from, to, zone) ?? [],
      };
    },
  };
}
