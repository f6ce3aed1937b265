import { decimal, type FormReader, type TariffTexts } from './form-reader.ts';
import type { Band, Price } from './tariff.ts';

/** Bands the editor has room for. */
export const BANDS = 12;
/** The days a band can be for in the editor; Monday is 1. */
export const BAND_DAYS: Readonly<Record<string, readonly number[] | undefined>> = {
  all: undefined,
  week: [1, 2, 3, 4, 5],
  weekend: [6, 7],
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [`day${day}`, [day]])),
};

/** Reads a price from the fields whose names begin with `group`: a feed, or bands and what counts otherwise, or one price. */
export function readPrice(form: FormReader, group: string): Price {
  if (form.has(`${group}feed`)) {
    const feed = form.number(`${group}feed`, 1, { least: 1, most: 2 ** 31 });
    return { kind: 'feed', feed, scale: form.has(`${group}scale`) ? form.money(`${group}scale`, 1) : MICRO };
  }
  const price = form.money(`${group}price`);
  const bands = numbers(BANDS).flatMap((number) => readBand(form, group, number) ?? []);
  return bands.length === 0 ? { kind: 'flat', price } : { kind: 'bands', bands, otherwise: price };
}

/** Whether anything of the group is filled in. */
export function hasPrice(form: FormReader, group: string): boolean {
  return form.has(`${group}price`) || form.has(`${group}feed`);
}

/** The fields of a price. A band for several days that the editor has no word for becomes one a day. */
export function priceTexts(price: Price, group: string): TariffTexts {
  if (price.kind === 'feed') return { [`${group}feed`]: String(price.feed), [`${group}scale`]: decimal(price.scale) };
  if (price.kind === 'flat') return { [`${group}price`]: decimal(price.price) };
  const rows = price.bands.flatMap((band) => nameDays(band).map((days) => ({ ...band, days })));
  const fields = rows.map((band, at): TariffTexts => {
    const field = (name: string) => `${group}${name}${at + 1}`;
    return {
      [field('price')]: decimal(band.price),
      [field('from')]: band.from,
      [field('to')]: band.to,
      [field('days')]: band.days,
      ...(band.season ? { [field('since')]: band.season.from, [field('until')]: band.season.to } : {}),
    };
  });
  return Object.assign({ [`${group}price`]: decimal(price.otherwise) }, ...fields) as TariffTexts;
}

/** Whether the editor has room for the price. */
export function fitsForm(price: Price | null | undefined): boolean {
  return price?.kind !== 'bands' || price.bands.reduce((sum, band) => sum + nameDays(band).length, 0) <= BANDS;
}

/** 1 to `count`. */
export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

function readBand(form: FormReader, group: string, number: number): Band | undefined {
  const field = (name: string) => `${group}${name}${number}`;
  const [since, until] = [field('since'), field('until')];
  if (![field('from'), field('to'), field('price'), since, until].some((name) => form.has(name))) return undefined;
  const days = BAND_DAYS[form.text(field('days'))];
  const season =
    form.has(since) || form.has(until) ? { from: form.like(since, MONTH_DAY), to: form.like(until, MONTH_DAY) } : null;
  return {
    price: form.money(field('price')),
    from: form.like(field('from'), CLOCK),
    to: form.like(field('to'), CLOCK),
    ...(days ? { days: [...days] } : {}),
    ...(season ? { season } : {}),
  };
}

function nameDays({ days }: Band): string[] {
  if (!days) return ['all'];
  const own = [...new Set(days)].sort().join();
  if (own === '1,2,3,4,5,6,7') return ['all'];
  const whole = ['week', 'weekend'].find((name) => BAND_DAYS[name]?.join() === own);
  return whole ? [whole] : own.split(',').map((day) => `day${day}`);
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const MONTH_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MICRO = 1_000_000;
