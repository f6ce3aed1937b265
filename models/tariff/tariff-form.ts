import { decimal, FormReader, type TariffTexts } from './form-reader.ts';
import { fitsForm, hasPrice, numbers, priceTexts, readPrice } from './price-form.ts';
import type { CarbonSource, Community, Tariff, TariffVersion } from './tariff.ts';

/** Tiers the editor has room for. */
export const TIERS = 8;

/** What the editor's fields say; the names of those that cannot be read. */
export interface ReadForm {
  readonly currency: string;
  readonly version: TariffVersion;
  readonly wrong: readonly string[];
}

/** Reads a version as typed in the editor, blanks for what does not apply. */
export function readTariffForm(texts: TariffTexts): ReadForm {
  const form = new FormReader(texts);
  const currency = form.text('currency').toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) form.refuse('currency');
  if (!isDate(form.text('from'))) form.refuse('from');
  const version: TariffVersion = {
    from: form.text('from'),
    name: form.text('name').slice(0, 64),
    import: readPrice(form, ''),
    export: hasPrice(form, 'export') ? readPrice(form, 'export') : null,
    standing: form.moneyOrNull('standing') ?? 0,
    vat: {
      rate: form.has('vat') ? form.number('vat', 100, { least: 0, most: 10_000 }) : 0,
      included: form.text('included') === 'yes',
    },
    monthFrom: form.has('monthfrom') ? form.number('monthfrom', 1, { least: 1, most: 31 }) : 1,
    tiers: readTiers(form),
    mostPrice: form.moneyOrNull('mostprice'),
    mostMonth: form.has('mostmonth') ? form.number('mostmonth', MICRO, { least: 0, most: 100_000 * MICRO }) : null,
    community: readCommunity(form),
  };
  return { currency, version, wrong: form.wrong };
}

/** Reads the carbon form: a feed, or so many grams, or nothing. */
export function readCarbonForm(texts: TariffTexts): { carbon: CarbonSource | null; wrong: readonly string[] } {
  const form = new FormReader(texts);
  const carbon: CarbonSource | null = form.has('carbonfeed')
    ? {
        kind: 'feed',
        feed: form.number('carbonfeed', 1, { least: 1, most: 2 ** 31 }),
        source: form.text('carbonsource').slice(0, 64),
      }
    : form.has('grams')
      ? { kind: 'flat', grams: form.number('grams', 1, { least: 0, most: 5000 }) }
      : null;
  return { carbon, wrong: form.wrong };
}

/** The fields of a version, its own day with it; null where the editor has no room for all it says. */
export function versionTexts(version: TariffVersion): TariffTexts | null {
  const { standing, vat, community, tiers, mostPrice, mostMonth, monthFrom } = version;
  if (![version.import, version.export, community?.price].every(fitsForm)) return null;
  return {
    from: version.from,
    name: version.name,
    ...priceTexts(version.import, ''),
    ...(version.export ? priceTexts(version.export, 'export') : {}),
    standing: standing === 0 ? '' : decimal(standing),
    vat: vat.rate === 0 ? '' : String(vat.rate / 100),
    included: vat.included ? 'yes' : '',
    monthfrom: monthFrom === 1 ? '' : String(monthFrom),
    mostprice: mostPrice === null ? '' : decimal(mostPrice),
    mostmonth: mostMonth === null ? '' : decimal(mostMonth),
    ...(tiers ? tierTexts(tiers) : {}),
    ...(community ? communityTexts(community) : {}),
  };
}

/** The tariff with the version in it; one that began on the same day goes. */
export function withVersion(tariff: Tariff | undefined, currency: string, version: TariffVersion): Tariff {
  const others = (tariff?.versions ?? []).filter(({ from }) => from !== version.from);
  return { carbon: tariff?.carbon ?? null, currency, versions: [...others, version] };
}

function readTiers(form: FormReader): TariffVersion['tiers'] {
  let last = 0;
  const steps = numbers(TIERS).flatMap((number) => {
    const [above, more] = [`above${number}`, `more${number}`];
    if (!form.has(above) && !form.has(more)) return [];
    const step = { above: form.number(above, 1000, { least: 1, most: 1_000_000_000 }), more: form.money(more) };
    if (step.above <= last) form.refuse(above);
    last = step.above;
    return [step];
  });
  return steps.length === 0 ? null : { per: form.text('tierper') === 'day' ? 'day' : 'month', steps };
}

function readCommunity(form: FormReader): Community | null {
  if (!hasPrice(form, 'local') && !form.has('sharefeed') && !form.has('sharekwh')) return null;
  return {
    price: readPrice(form, 'local'),
    allowance: form.has('sharefeed')
      ? {
          kind: 'feed',
          feed: form.number('sharefeed', 1, { least: 1, most: 2 ** 31 }),
          part: form.has('sharepart') ? form.number('sharepart', 100, { least: 1, most: 10_000 }) : 10_000,
        }
      : { kind: 'flat', wh: form.number('sharekwh', 1000, { least: 1, most: 1_000_000 }) },
    carbon: form.has('localgrams') ? form.number('localgrams', 1, { least: 0, most: 5000 }) : 0,
  };
}

function tierTexts({ per, steps }: NonNullable<TariffVersion['tiers']>): TariffTexts {
  const rows = steps.map(({ above, more }, at): TariffTexts => {
    return { [`above${at + 1}`]: String(above / 1000), [`more${at + 1}`]: decimal(more) };
  });
  return Object.assign({ tierper: per }, ...rows) as TariffTexts;
}

function communityTexts({ price, allowance, carbon }: Community): TariffTexts {
  return {
    ...priceTexts(price, 'local'),
    ...(allowance.kind === 'flat'
      ? { sharekwh: String(allowance.wh / 1000) }
      : {
          sharefeed: String(allowance.feed),
          sharepart: allowance.part === 10_000 ? '' : String(allowance.part / 100),
        }),
    localgrams: carbon === 0 ? '' : String(carbon),
  };
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const MICRO = 1_000_000;
