import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { Clock } from '../../lib/clock.ts';
import type { Tariff, TariffVersion } from '../../models/tariff/tariff.ts';
import {
  BAND_DAYS,
  BANDS,
  decimal,
  readTariffForm,
  type TariffTexts,
  tariffTexts,
  withVersion,
} from '../../models/tariff/tariff-form.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { UserModel } from '../../models/user.ts';
import { money, unitPrice } from '../../views/money.ts';
import type { Words } from '../../views/page.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { formOf, queryOf, writerOf } from './reader.ts';

export interface TariffPagesDeps {
  readonly tariffs: TariffModel;
  readonly users: Pick<UserModel, 'account'>;
  readonly clock: Clock;
}

/** /tariff: what the household pays and since when, and new prices from a day on. */
export function tariffPages({ tariffs, users, clock }: TariffPagesDeps) {
  return {
    async show(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const tariff = tariffs.get(account);
      const offered = tariff ? null : await tariffs.broughtPrice(account);
      const zone = users.account(account)?.timezone ?? 'UTC';
      const from = DateTime.fromSeconds(clock.seconds(), { zone }).toISODate() ?? '';
      const empty = { currency: CURRENCIES[res.words().language], included: 'yes' };
      const known = tariff ? tariffTexts(tariff) : offered === null ? empty : { ...empty, price: decimal(offered) };
      const { done } = queryOf(req);
      const words = res.words();
      const notice = done === 'saved' || done === 'removed' ? { kind: 'good', fact: words.t(`tariff.${done}`) } : null;
      page(res, tariff, { values: { from, ...known }, state: { ...fresh(), notice }, offered });
    },

    async save(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const values = formOf(req);
      const { currency, version, wrong } = readTariffForm(values);
      const { t } = res.words();
      if (wrong.length > 0) {
        const errors: Errors = Object.fromEntries(wrong.map((name) => [name, t(`tariff.wrong.${kindOf(name)}`)]));
        return page(res, tariffs.get(account), { values, state: refuse(res, errors), offered: null });
      }
      await tariffs.set(account, withVersion(tariffs.get(account), currency, version));
      seeOther(res, '/tariff?done=saved');
    },

    async remove(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const tariff = tariffs.get(account);
      const versions = tariff?.versions.filter(({ from }) => from !== formOf(req).from) ?? [];
      // Without any there would be no tariff; new prices take the place of the last ones.
      if (tariff && versions.length > 0) await tariffs.set(account, { ...tariff, versions });
      seeOther(res, '/tariff?done=removed');
    },
  };
}

/** What a household is likeliest to pay in. */
const CURRENCIES: Readonly<Record<Words['language'], string>> = { en: 'GBP', cy: 'GBP', de: 'EUR' };

interface State {
  readonly values: TariffTexts;
  readonly state: object;
  readonly offered: number | null;
}

function page(res: Response, tariff: Tariff | undefined, { values, state, offered }: State): void {
  const words = res.words();
  const versions = [...(tariff?.versions ?? [])].reverse();
  res.page('tariff', {
    title: words.t('tariff.title'),
    tab: 'settings',
    ...state,
    values,
    offered: offered === null ? null : words.number(offered / 1_000_000, 4),
    numbers: Array.from({ length: BANDS }, (_, at) => String(at + 1)),
    bandDays: Object.keys(BAND_DAYS),
    versions: versions.map((version) => versionWords(version, tariff?.currency ?? '', words)),
  });
}

function versionWords({ from, import: price, standing, vat }: TariffVersion, currency: string, words: Words) {
  const { t } = words;
  const each = (micro: number) => unitPrice(micro, currency, words);
  const prices = price.kind === 'bands' ? [price.otherwise, ...price.bands.map((band) => band.price)] : [];
  const facts = [
    price.kind === 'flat'
      ? t('tariff.flat', { price: each(price.price) })
      : price.kind === 'feed'
        ? t('tariff.feed')
        : t('tariff.between', { low: each(Math.min(...prices)), high: each(Math.max(...prices)) }),
    ...(standing === 0 ? [] : [t('tariff.standing.of', { price: money(standing, currency, words) })]),
    ...(vat.rate === 0 || vat.included ? [] : [t('tariff.vat.of', { rate: words.number(vat.rate / 100, 1) })]),
  ];
  const day = new Intl.DateTimeFormat(words.language === 'en' ? 'en-GB' : words.language, {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(Date.parse(from));
  return { from, since: t('tariff.since', { day }), remove: t('tariff.remove', { day }), facts: facts.join(' · ') };
}

function kindOf(name: string): 'currency' | 'date' | 'clock' | 'number' {
  if (name === 'currency') return 'currency';
  if (name === 'from') return 'date';
  return /^(from|to)\d$/.test(name) ? 'clock' : 'number';
}
