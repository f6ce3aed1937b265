import { z } from 'zod';
import { clockTime, type Language, moment } from '../../../views/format.ts';

const answer = z.object({
  at: z.number(),
  on: z.boolean().nullable(),
  why: z.string(),
  periods: z.array(z.tuple([z.number(), z.number()])),
  figures: z
    .object({
      cost: z.number(),
      costNow: z.number().nullable(),
      next: z.object({ start: z.number(), cost: z.number() }).nullable(),
      binding: z.string(),
      saving: z.number(),
    })
    .nullable(),
  unit: z.string().nullable(),
});

export interface Question {
  /** Address of the hub, such as http://hearth.local. */
  readonly hub: string;
  readonly device: number;
  /** Unix seconds; undefined: now. */
  readonly at: number | undefined;
  /** A read key of the household. */
  readonly key: string;
  readonly language: Language;
  readonly zone: string;
}

/** Why a hub has a device on or off, line by line: the sentence, the plan's periods, and the figures behind it. */
export async function askHub({ hub, device, at, key, language, zone }: Question): Promise<string[]> {
  const url = new URL(`/api/v1/devices/${device}/why`, hub);
  url.searchParams.set('lang', language);
  if (at !== undefined) url.searchParams.set('at', String(at));
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`the hub answered ${response.status}: ${await response.text()}`);
  const { why, periods, figures, unit, at: asked } = answer.parse(await response.json());
  const told = (seconds: number) => moment(seconds * 1000, zone, language, asked * 1000);
  const times = periods.map(([start, end]) => `  ${told(start)}–${clockTime(end * 1000, zone)}`);
  if (!figures) return [why, ...times];
  const rows = {
    cost: figures.cost.toFixed(4),
    costNow: figures.costNow?.toFixed(4) ?? '–',
    next: figures.next ? `${told(figures.next.start)}  ${figures.next.cost.toFixed(4)}` : '–',
    binding: `${figures.binding}  ${figures.saving.toFixed(4)}`,
    unit: `${unit ?? '–'} at 1 kW`,
  };
  return [why, ...times, ...Object.entries(rows).map(([name, value]) => `${name.padEnd(9)} ${value}`)];
}
