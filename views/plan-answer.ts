import type { WhyFacts } from '../models/plan/why-at.ts';
import { moment } from './format.ts';
import { money } from './money.ts';
import { impossibleInWords, type Reader, whyInWords } from './plan-why.ts';

/** Whoever asks why: language and zone, and the household's currency where it has a tariff. */
export interface Asker extends Reader {
  readonly currency: string | null;
  /** Unix seconds of the moment of asking, so that today's times are told without the day. */
  readonly now: number;
}

/** Why a device is on or off at a moment, in one sentence; in two where not all of its run can be. */
export function answerInWords(facts: WhyFacts, asker: Asker): string {
  const { reason, made, tense } = facts;
  const { t } = asker;
  const at = (seconds: number) => moment(seconds * 1000, asker.zone, asker.language, asker.now * 1000);
  switch (reason.kind) {
    case 'boost':
    case 'cycle':
      return t(`why.${reason.kind}`, { time: at(reason.until) });
    case 'person': {
      const who = reason.by === 'button' ? 'button' : 'person';
      return t(`why.${who}.${reason.on ? 'on' : 'off'}`, {
        time: at(reason.until),
        by: reason.by === 'API key' ? t('trail.key') : reason.by,
      });
    }
    case 'always':
      return t(`why.always.${reason.on ? 'on' : 'off'}`);
    case 'timer':
      return reason.until === null
        ? t('why.timer.never')
        : t(`why.timer.${reason.on ? 'on' : 'off'}`, { time: at(reason.until) });
    case 'done':
      return t('why.done', { time: at(reason.readyBy) });
    case 'unknown':
      return t(`why.unknown.${reason.missing}`);
    case 'none':
      return t(tense === 'past' ? 'why.none.past' : 'why.none');
    case 'run':
    case 'wait':
    case 'stuck':
      return made ? plannedInWords(made, asker) : t('why.none.past');
  }
}

function plannedInWords(made: NonNullable<WhyFacts['made']>, asker: Asker): string {
  const { problem, plan, impossible, why } = made;
  const reader = { ...asker, amount: amountOf(made, asker) };
  const planned = plan.periods.length > 0 ? whyInWords(problem, plan, why, reader) : '';
  if (!impossible) return planned;
  return asker.t('why.partly', { cannot: impossibleInWords(problem, impossible, reader), plan: planned }).trim();
}

/** What Σ figure × hours at 1 kW is to the household, at what the device draws. */
function amountOf({ unit, powerW }: NonNullable<WhyFacts['made']>, asker: Asker): (cost: number) => string {
  const { currency, number } = asker;
  const kW = (powerW ?? 1000) / 1000;
  if (unit === 'price' && currency !== null) return (cost) => money(Math.round(cost * kW * MICRO), currency, asker);
  if (unit === 'carbon') return (cost) => `${number(cost * kW)} g`;
  return (cost) => number(cost, 2);
}

const MICRO = 1_000_000;
