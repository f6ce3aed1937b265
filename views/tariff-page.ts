import type { Feed } from '../models/feed.ts';
import type { TariffTexts } from '../models/tariff/form-reader.ts';
import { BAND_DAYS, BANDS, numbers } from '../models/tariff/price-form.ts';
import type { CarbonSource, Price, Tariff, TariffVersion } from '../models/tariff/tariff.ts';
import { TIERS } from '../models/tariff/tariff-form.ts';
import { money, unitPrice } from './money.ts';
import type { Words } from './page.ts';

export interface TariffPageParts {
  readonly tariff: Tariff | undefined;
  readonly values: TariffTexts;
  readonly errors: Readonly<Record<string, string>>;
  readonly feeds: readonly Pick<Feed, 'id' | 'name' | 'tag'>[];
  readonly words: Words;
}

/** Everything views/tariff.ejs prints of the prices there are and the form for others. */
export function tariffPage({ tariff, values, errors, feeds, words }: TariffPageParts) {
  const has = (name: string) => Boolean(values[name]) || Boolean(errors[name]);
  const rows = (most: number, least: number, names: readonly string[]) => {
    const used = numbers(most).filter((number) => names.some((name) => has(`${name}${number}`)));
    return numbers(Math.min(most, Math.max(least, (used.at(-1) ?? 0) + 1)));
  };
  const group = (name: string) => ({
    name,
    bands: rows(BANDS, 3, [`${name}price`, `${name}from`, `${name}to`]),
    open: has(`${name}price1`) || has(`${name}from1`) || has(`${name}feed`),
  });
  return {
    values,
    groups: { import: group(''), export: group('export'), local: group('local') },
    tiers: rows(TIERS, 2, ['above', 'more']),
    opened: {
      export: has('exportprice') || has('exportfeed'),
      tiers: ['above1', 'more1', 'mostprice', 'mostmonth', 'monthfrom'].some(has),
      local: ['localprice', 'localfeed', 'sharekwh', 'sharefeed'].some(has),
    },
    bandDays: Object.keys(BAND_DAYS).map((key) => ({ key, name: dayName(key, words) })),
    feeds: feeds.map(({ id, name, tag }) => ({ id: String(id), name: tag ? `${tag}: ${name}` : name })),
    versions: [...(tariff?.versions ?? [])]
      .reverse()
      .map((version) => versionWords(version, tariff?.currency ?? '', words)),
    carbon: carbonWords(tariff?.carbon ?? null, words),
  };
}

function versionWords(version: TariffVersion, currency: string, words: Words) {
  const { from, name, standing, vat, tiers, mostPrice, mostMonth, community } = version;
  const { t, number } = words;
  const paid = (micro: number) => money(micro, currency, words);
  const each = (micro: number) => unitPrice(micro, currency, words);
  const facts = [
    ...(name === '' ? [] : [name]),
    priceWords(version.import, currency, words),
    ...(community ? [t('tariff.local.of', { price: priceWords(community.price, currency, words) })] : []),
    ...(tiers ? [t(`tariff.tiers.of.${tiers.per}`, { kwh: number((tiers.steps[0]?.above ?? 0) / 1000, 1) })] : []),
    ...(mostPrice === null ? [] : [t('tariff.mostprice.of', { price: each(mostPrice) })]),
    ...(mostMonth === null ? [] : [t('tariff.mostmonth.of', { price: paid(mostMonth) })]),
    ...(version.export ? [t('tariff.export.of', { price: priceWords(version.export, currency, words) })] : []),
    ...(standing === 0 ? [] : [t('tariff.standing.of', { price: paid(standing) })]),
    ...(vat.rate === 0 || vat.included ? [] : [t('tariff.vat.of', { rate: number(vat.rate / 100, 1) })]),
  ];
  const day = new Intl.DateTimeFormat(tagOf(words), { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(from));
  return {
    from,
    since: t('tariff.since', { day }),
    change: t('tariff.change', { day }),
    remove: t('tariff.remove', { day }),
    facts: facts.join(' · '),
  };
}

function priceWords(price: Price, currency: string, words: Words): string {
  const { t } = words;
  const each = (micro: number) => unitPrice(micro, currency, words);
  if (price.kind === 'feed') return t('tariff.feed');
  if (price.kind === 'flat') return t('tariff.flat', { price: each(price.price) });
  const prices = [price.otherwise, ...price.bands.map((band) => band.price)];
  return t('tariff.between', { low: each(Math.min(...prices)), high: each(Math.max(...prices)) });
}

function carbonWords(carbon: CarbonSource | null, { t, number }: Words): string {
  if (!carbon) return t('tariff.carbon.none');
  return carbon.kind === 'flat'
    ? t('tariff.carbon.flat', { grams: number(carbon.grams) })
    : t('tariff.carbon.feed', { source: carbon.source || '–' });
}

/** A weekday has the name that dates give it. */
function dayName(key: string, words: Words): string {
  const number = Number(/^day(\d)$/.exec(key)?.[1]);
  if (!number) return words.t(`tariff.days.${key}`);
  const format = new Intl.DateTimeFormat(tagOf(words), { weekday: 'long', timeZone: 'UTC' });
  return format.format(A_MONDAY + (number - 1) * 86_400_000);
}

function tagOf({ language }: Words): string {
  return language === 'en' ? 'en-GB' : language;
}

const A_MONDAY = 345_600_000;
