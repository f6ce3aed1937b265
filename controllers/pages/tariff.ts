import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import type { Clock } from '../../lib/clock.ts';
import type { FeedModel } from '../../models/feed.ts';
import { decimal, type TariffTexts } from '../../models/tariff/form-reader.ts';
import { readCarbonForm, readTariffForm, versionTexts, withVersion } from '../../models/tariff/tariff-form.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { UserModel } from '../../models/user.ts';
import type { Notice, Words } from '../../views/page.ts';
import { tariffPage } from '../../views/tariff-page.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { formOf, queryOf, writerOf } from './reader.ts';

export interface TariffPagesDeps {
  readonly tariffs: TariffModel;
  readonly feeds: Pick<FeedModel, 'list'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly clock: Clock;
}

/** /tariff: what the household pays and since when, new prices from a day on, and what a unit emits. */
export function tariffPages(deps: TariffPagesDeps) {
  const { tariffs } = deps;
  return {
    async show(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const words = res.words();
      const { done = '', version = '' } = queryOf(req);
      const notice: Notice | null = DONE.has(done) ? { kind: 'good', fact: words.t(`tariff.${done}`) } : null;
      const { values, offered, full } = await known(deps, account, version, words);
      page(deps, account, res, { values, offered, full, state: { ...fresh(), notice }, changes: version });
    },

    async save(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const values = formOf(req);
      const { currency, version, wrong } = readTariffForm(values);
      if (wrong.length > 0) {
        const state = refuse(res, errorsOf(wrong, res.words()));
        return page(deps, account, res, { values: { ...carbonOf(deps, account), ...values }, state });
      }
      await tariffs.set(account, withVersion(tariffs.get(account), currency, version));
      seeOther(res, '/tariff?done=saved');
    },

    async carbon(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const tariff = tariffs.get(account);
      const values = formOf(req);
      const { carbon, wrong } = readCarbonForm(values);
      if (wrong.length > 0) {
        const own = (await known(deps, account, '', res.words())).values;
        const state = refuse(res, errorsOf(wrong, res.words()));
        return page(deps, account, res, { values: { ...own, ...values }, state });
      }
      if (tariff) await tariffs.set(account, { ...tariff, carbon });
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

const DONE = new Set(['saved', 'removed']);

/** What a household is likeliest to pay in. */
const CURRENCIES: Readonly<Record<Words['language'], string>> = { en: 'GBP', cy: 'GBP', de: 'EUR' };

interface Shown {
  readonly values: TariffTexts;
  readonly state: { readonly errors: Errors; readonly focus: string; readonly notice: Notice | null };
  readonly offered?: number | null;
  /** The version is more than the form has room for. */
  readonly full?: boolean;
  /** The first day of the version that the form changes. */
  readonly changes?: string;
}

/** The form's texts: of the version asked for, else of the newest, to apply from today. */
async function known(deps: TariffPagesDeps, account: number, from: string, { language }: Words) {
  const { tariffs, users, clock } = deps;
  const tariff = tariffs.get(account);
  const zone = users.account(account)?.timezone ?? 'UTC';
  const today = DateTime.fromSeconds(clock.seconds(), { zone }).toISODate() ?? '';
  const asked = tariff?.versions.find((one) => one.from === from);
  const version = asked ?? tariff?.versions.at(-1);
  const offered = tariff ? null : await tariffs.broughtPrice(account);
  const empty = { currency: tariff?.currency ?? CURRENCIES[language], included: 'yes', from: today };
  const texts = version && versionTexts(version);
  const values: TariffTexts = {
    ...empty,
    ...(texts ?? (offered === null ? {} : { price: decimal(offered) })),
    ...(asked ? {} : { from: today }),
    ...carbonOf(deps, account),
  };
  return { values, offered, full: version !== undefined && texts === null };
}

function carbonOf({ tariffs }: TariffPagesDeps, account: number): TariffTexts {
  const carbon = tariffs.get(account)?.carbon;
  if (carbon?.kind === 'flat') return { grams: String(carbon.grams) };
  return carbon ? { carbonfeed: String(carbon.feed), carbonsource: carbon.source } : {};
}

function page(deps: TariffPagesDeps, account: number, res: Response, shown: Shown): void {
  const { values, state, offered = null, full = false, changes = '' } = shown;
  const words = res.words();
  const feeds = deps.feeds.list(account).filter(({ engine }) => engine === FIXED);
  const tariff = deps.tariffs.get(account);
  res.page('tariff', {
    title: words.t('tariff.title'),
    tab: 'settings',
    ...state,
    ...tariffPage({ tariff, values, errors: state.errors, feeds, words }),
    offered: offered === null ? null : words.number(offered / 1_000_000, 4),
    full,
    changes: changes !== '' && values.from === changes,
  });
}

function errorsOf(wrong: readonly string[], { t }: Words): Errors {
  return Object.fromEntries(wrong.map((name) => [name, t(`tariff.wrong.${kindOf(name)}`)]));
}

function kindOf(name: string): 'currency' | 'date' | 'clock' | 'season' | 'rising' | 'number' {
  if (name === 'currency') return 'currency';
  if (name === 'from') return 'date';
  if (/^above\d$/.test(name)) return 'rising';
  if (/(since|until)\d+$/.test(name)) return 'season';
  return /(from|to)\d+$/.test(name) ? 'clock' : 'number';
}

/** EmonCMS's number of the engine with a fixed interval. */
const FIXED = 5;
