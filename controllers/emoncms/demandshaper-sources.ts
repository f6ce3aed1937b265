import type { ForecastSource, SourceForm } from '../../models/forecast/source.ts';
import type { MixPart } from '../../models/schedule/schedule.ts';
import { clockAfter, type ShaperSettings } from './demandshaper-settings.ts';

type Source = Pick<ForecastSource, 'name' | 'provider' | 'unit' | 'optimise' | 'params'>;
type Part = NonNullable<ShaperSettings['forecast_config']>[number];

interface Known {
  readonly category: string;
  readonly name: string;
  readonly provider: string;
  /** EmonCMS's params, as its page asks for them. */
  readonly params: Readonly<
    Record<string, { name: string; type: 'text' | 'select'; options?: Record<string, string> }>
  >;
  /** What they are here; null where something is missing that has to be told. */
  readonly told: (part: Part) => Record<string, unknown> | null;
  /** What of it tells one source from another. */
  readonly by: readonly string[];
}

const text = (name: string) => ({ name, type: 'text' as const });
const choice = (name: string, values: readonly string[]) => {
  return { name, type: 'select' as const, options: Object.fromEntries(values.map((value) => [value, value])) };
};
const hours = (value: unknown, usual: number) => clockAfter(Number(value ?? usual) || 0);
const pence = (value: unknown, usual: number) => Math.round((Number(value ?? usual) || 0) * 10_000) / 1e6;
/** VAT on electricity, per cent, by the country of an area. */
const VAT: Readonly<Record<string, number>> = { DK: 25, EE: 20, FI: 24, LT: 21, NO: 25, SE: 25 };
const AREAS = ['DK1', 'DK2', 'EE', 'FI', 'LT', 'NO1', 'NO2', 'NO3', 'NO4', 'NO5', 'SE1', 'SE2', 'SE3', 'SE4'];

/** The forecasts that EmonCMS's demand shaper names, as Hearth's providers. */
const KNOWN: Readonly<Record<string, Known>> = {
  octopusagile: {
    ...{ category: 'Tariffs', name: 'Octopus Agile', provider: 'octopus-agile', by: ['region'] },
    params: { gsp_id: choice('Region', [...'ABCDEFGHJKLMNP']) },
    told: ({ gsp_id: region }) => (region === undefined || region === '' ? null : { region: String(region) }),
  },
  carbonintensity: {
    ...{ category: 'Carbon', name: 'UK carbon intensity', provider: 'carbon-intensity', by: [] },
    ...{ params: {}, told: () => ({}) },
  },
  energylocal: {
    ...{ category: 'General', name: 'Energy Local', provider: 'energy-local', by: ['club'] },
    params: { club: text('Club') },
    told: ({ club }) => ({ club: String(club || 'bethesda') }),
  },
  nordpool: {
    ...{ category: 'Tariffs', name: 'Nord Pool', provider: 'nord-pool', by: ['area'] },
    params: { area: choice('Area', AREAS) },
    told: ({ area }) => (area ? { area: String(area), vat: VAT[String(area).slice(0, 2)] ?? 0 } : null),
  },
  simpleoffpeak: {
    ...{ category: 'Tariffs', name: 'Off-peak hours', provider: 'off-peak', by: ['windows', 'otherwise'] },
    params: {
      ...{ peak: text('Peak, p'), offpeak: text('Off-peak, p') },
      ...{ offpeakstart: text('Off-peak from, hours'), offpeakend: text('Off-peak to, hours') },
    },
    told: ({ peak, offpeak, offpeakstart, offpeakend }) => ({
      windows: [{ from: hours(offpeakstart, 0.5), to: hours(offpeakend, 4.5), price: pence(offpeak, 5) }],
      otherwise: pence(peak, 16.67),
    }),
  },
  solcast: {
    ...{ category: 'Solar', name: 'Solcast', provider: 'solcast', by: ['site'] },
    params: { siteid: text('Site'), api_key: text('API key') },
    told: ({ siteid: site, api_key: key }) => (site && key ? { site: String(site), key: String(key) } : null),
  },
};

/** What `forecast-list` says of them. */
export const shaperForecastList = Object.fromEntries(
  Object.entries(KNOWN).map(([key, { category, name, params }]) => [key, { category, name, params }]),
);

/** The household's source that is meant: by its own name, or by EmonCMS's with the params it brings; else the first of that kind. */
export function sourceOf<S extends Pick<Source, 'name' | 'provider'> & Partial<Source>>(
  part: Part,
  sources: readonly S[],
): S | undefined {
  const own = sources.find(({ name }) => name === part.name);
  const known = KNOWN[part.name];
  if (!known) return own;
  const alike = sources.filter(({ provider }) => provider === known.provider);
  return alike.find((source) => isSame(known, part, source.params)) ?? own ?? alike[0];
}

/** What has to be set up so that all that is named is there. */
export function missingSources(config: readonly Part[], sources: readonly Source[]): SourceForm[] {
  const names = new Set(sources.map(({ name }) => name));
  return config.flatMap((part): SourceForm[] => {
    const known = KNOWN[part.name];
    const params = known?.told(part) ?? null;
    if (!known || !params) return [];
    // Without params of its own any source of that kind is meant.
    const isPlain = Object.keys(part).every((name) => name === 'name' || name === 'weight');
    const alike = sources.filter(({ provider }) => provider === known.provider);
    if (alike.some((source) => isPlain || isSame(known, part, source.params))) return [];
    const name = [part.name, ...numbered(part.name)].find((one) => !names.has(one)) ?? part.name;
    names.add(name);
    return [{ name, provider: known.provider, params }];
  });
}

function numbered(name: string): string[] {
  return Array.from({ length: 30 }, (_, at) => `${name}-${at + 2}`);
}

function isSame({ told, by }: Known, part: Part, params: Readonly<Record<string, unknown>> = {}): boolean {
  const wanted = told(part);
  return wanted !== null && by.every((name) => JSON.stringify(params[name]) === JSON.stringify(wanted[name]));
}

/**
 * How many times EmonCMS's weight of a forecast beside the first one is Hearth's. There figures are pence and grams, here pounds and
 * kilograms; there more of what is good takes a negative weight, here the sense is minded.
 */
function weightScale(
  one: Partial<Pick<Source, 'unit' | 'optimise'>>,
  first: Partial<Pick<Source, 'unit' | 'optimise'>>,
): number {
  const sense = (one.optimise ?? 'min') === (first.optimise ?? 'min') ? 1 : -1;
  return (sense * sizeOf(one)) / sizeOf(first);
}

function sizeOf({ unit = 'index' }: Partial<Pick<Source, 'unit'>>): number {
  return { price: 100, carbon: 1000, power: 1, index: 1 }[unit];
}

/** Hearth's mix from EmonCMS's config. Names that nobody knows are left out. */
export function mixOf<S extends Pick<Source, 'name' | 'provider'> & Partial<Source>>(
  config: readonly Part[],
  sources: readonly S[],
): MixPart[] {
  const [only] = config;
  if (config.length === 1 && only?.name === 'tariff' && only.weight === 1) return [];
  const found = config.flatMap((part) => {
    const source = sourceOf(part, sources);
    return source ? [{ source, weight: part.weight }] : [];
  });
  const first = found[0]?.source;
  return found.map(({ source, weight }, at) => {
    const scale = at === 0 || !first ? 1 : weightScale(source, first);
    return { source: source.name, weight: Math.max(-1000, Math.min(1000, round(weight * scale))) };
  });
}

/** EmonCMS's config from Hearth's mix. */
export function configFrom<S extends Pick<Source, 'name'> & Partial<Source>>(
  mix: readonly MixPart[],
  sources: readonly S[],
): { name: string; weight: number }[] {
  const named = (name: string) => sources.find((source) => source.name === name) ?? {};
  return mix.map(({ source, weight }, at) => {
    const scale = at === 0 ? 1 : weightScale(named(source), named(mix[0]?.source ?? ''));
    return { name: source, weight: round(weight / scale) };
  });
}

function round(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
