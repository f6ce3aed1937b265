import type { Advice } from '../../models/advice/advice.ts';
import type { TariffModel } from '../../models/tariff/tariff-model.ts';
import type { UserModel } from '../../models/user.ts';
import { type AdviceTongue, type CheapestForm, cheapestView, lightView } from '../../views/advice-view.ts';
import type { Words } from '../../views/page.ts';

export interface AdviceCardsDeps {
  readonly advice: Pick<Advice, 'light' | 'cheapest'>;
  readonly tariffs: Pick<TariffModel, 'get'>;
  readonly users: Pick<UserModel, 'account'>;
}

/** What the dashboard and the forecast page show of advice; `query` are the fields of the card's form. */
export function adviceCards(deps: AdviceCardsDeps, account: number, query: Record<string, string>, words: Words) {
  const { advice } = deps;
  const tongue = tongueOf(deps, account, words);
  const light = advice.light(account);
  if (!light) return { light: null, cheapest: null };
  const { run, before, form } = wishOf(query, words);
  const found = advice.cheapest(account, { run, before });
  return {
    light: lightView(light, tongue),
    cheapest: found && light.light.colour !== null ? cheapestView(found, form, tongue) : null,
  };
}

/** Advice is told by the household's clock and in its money. */
export function tongueOf(
  deps: Pick<AdviceCardsDeps, 'tariffs' | 'users'>,
  account: number,
  words: Words,
): AdviceTongue {
  return {
    words: words.inZone(deps.users.account(account)?.timezone ?? words.zone),
    currency: deps.tariffs.get(account)?.currency ?? 'GBP',
  };
}

/** What is asked; the usual where it cannot be read. */
function wishOf({ hours = USUAL.hours, before = USUAL.before }: Record<string, string>, { t }: Words) {
  const count = Number(hours.replace(',', '.'));
  const isRight = count >= 0.25 && count <= 24 && CLOCK.test(before);
  const form: CheapestForm = { hours, before, error: isRight ? '' : t('cheapest.wrong') };
  const [asked, clock] = isRight ? [count, before] : [Number(USUAL.hours), USUAL.before];
  return { run: Math.round(asked * 3600), before: clock, form };
}

const USUAL = { hours: '3', before: '08:00' } as const;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
