import type { Price, Tariff, TariffVersion } from './tariff.ts';

/** Bands the editor has room for. */
export const BANDS = 3;
/** The days a band can be for in the editor. */
export const BAND_DAYS = { all: undefined, week: [1, 2, 3, 4, 5], weekend: [6, 7] } as const;
export type BandDays = keyof typeof BAND_DAYS;

/** The editor's fields as texts. Money is in the currency's main unit. */
export type TariffTexts = Readonly<Record<string, string>>;

/** What the editor's fields say; the names of those that cannot be read. */
export interface ReadForm {
  readonly currency: string;
  readonly version: TariffVersion;
  readonly wrong: readonly string[];
}

/** Reads a version as typed in the editor: a comma or a point, blanks for what does not apply. */
export function readTariffForm(texts: TariffTexts): ReadForm {
  const wrong: string[] = [];
  const text = (name: string) => texts[name] ?? '';
  const read = (name: string, scale: number, most: number): number => {
    const value = Math.round(Number(text(name).replace(',', '.')) * scale);
    if (text(name) !== '' && Number.isFinite(value) && Math.abs(value) <= most) return value;
    wrong.push(name);
    return 0;
  };
  const money = (name: string) => read(name, MICRO, MOST);
  const currency = text('currency').toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) wrong.push('currency');
  if (!isDate(text('from'))) wrong.push('from');
  const price = money('price');
  const bands = Array.from({ length: BANDS }, (_, at) => at + 1).flatMap((number) => {
    const [from, to] = [text(`from${number}`), text(`to${number}`)];
    if (from === '' && to === '' && text(`price${number}`) === '') return [];
    if (!CLOCK.test(from)) wrong.push(`from${number}`);
    if (!CLOCK.test(to)) wrong.push(`to${number}`);
    const name = text(`days${number}`);
    const days = name === 'week' || name === 'weekend' ? { days: [...BAND_DAYS[name]] } : {};
    return [{ price: money(`price${number}`), from, to, ...days }];
  });
  const vat = text('vat') === '' ? 0 : read('vat', 100, 10_000);
  if (vat < 0) wrong.push('vat');
  const version: TariffVersion = {
    from: text('from'),
    name: '',
    import: bands.length === 0 ? { kind: 'flat', price } : { kind: 'bands', bands, otherwise: price },
    export: text('export') === '' ? null : { kind: 'flat', price: money('export') },
    standing: text('standing') === '' ? 0 : money('standing'),
    vat: { rate: vat, included: text('included') === 'yes' },
  };
  return { currency, version, wrong: [...new Set(wrong)] };
}

/** The fields of the version that applies last; of prices the editor cannot show, none. */
export function tariffTexts(tariff: Tariff): TariffTexts {
  const version = tariff.versions.at(-1);
  if (!version) return { currency: tariff.currency };
  const { standing, vat } = version;
  return {
    currency: tariff.currency,
    ...priceTexts(version.import),
    ...(version.export?.kind === 'flat' ? { export: decimal(version.export.price) } : {}),
    standing: standing === 0 ? '' : decimal(standing),
    vat: vat.rate === 0 ? '' : String(vat.rate / 100),
    included: vat.included ? 'yes' : '',
  };
}

/** The tariff with the version in it; one that began on the same day goes. */
export function withVersion(tariff: Tariff | undefined, currency: string, version: TariffVersion): Tariff {
  return { currency, versions: [...(tariff?.versions ?? []).filter(({ from }) => from !== version.from), version] };
}

/** Money as it is typed: "0.2485". */
export function decimal(micro: number): string {
  return String(micro / MICRO);
}

function priceTexts(price: Price): TariffTexts {
  if (price.kind === 'flat') return { price: decimal(price.price) };
  if (price.kind === 'feed' || price.bands.length > BANDS || price.bands.some(({ season }) => season)) return {};
  const bands = price.bands.map(({ price: each, from, to, days }, at): [string, string][] => [
    [`price${at + 1}`, decimal(each)],
    [`from${at + 1}`, from],
    [`to${at + 1}`, to],
    [`days${at + 1}`, days === undefined ? 'all' : days.includes(1) ? 'week' : 'weekend'],
  ]);
  return { price: decimal(price.otherwise), ...Object.fromEntries(bands.flat()) };
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MICRO = 1_000_000;
const MOST = 1_000_000_000;
