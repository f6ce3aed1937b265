import type { CheapestAnswer, LightAnswer } from '../models/advice/advice.ts';
import { meanOf } from '../models/advice/answer.ts';
import type { Plan } from '../models/planner/problem.ts';
import { valueWords } from './curve-words.ts';
import { money } from './money.ts';
import type { Words } from './page.ts';
import { span } from './plan-why.ts';

/** What a household's advice is told in: its zone, and its currency. */
export interface AdviceTongue {
  readonly words: Words;
  readonly currency: string;
}

/** What partials/good-time.ejs prints: a shape and words for the colour, until when, and when the next good time is. */
export function lightView({ light, source, curve }: LightAnswer, { words, currency }: AdviceTongue) {
  const { t } = words;
  const { colour, value, until, green, flat } = light;
  const told = (figure: number) => valueWords(figure, { curve, currency }, words);
  const kind = colour ?? 'unknown';
  const now = value === null ? '' : t(`light.now.${source.unit}`, { value: told(value) });
  const later = colour !== 'green' && green;
  return {
    kind,
    verdict: t(`light.${kind}`),
    until: until === null ? '' : t('light.until', { time: soon(until, words) }),
    say: sayOf({ now, kind, flat, t }),
    green: later
      ? { time: `${soon(green.start, words)}–${words.clockTime(green.end * 1000)}`, value: told(green.value) }
      : null,
  };
}

function sayOf({ now, kind, flat, t }: { now: string; kind: string; flat: boolean; t: Words['t'] }): string {
  if (now === '') return t('light.say.unknown');
  if (kind === 'unknown') return `${now}. ${t('light.say.few')}`;
  return t(flat ? 'light.say.flat' : `light.say.${kind}`, { now });
}

/** The form of the card, as it was typed or as it is meant. */
export interface CheapestForm {
  readonly hours: string;
  readonly before: string;
  readonly error: string;
}

/** What partials/cheapest.ejs prints. */
export function cheapestView(answer: CheapestAnswer, form: CheapestForm, { words, currency }: AdviceTongue) {
  const { t } = words;
  const { cheapest, curve, source } = answer;
  const { block, pieces, run, before } = cheapest;
  const row = (kind: 'block' | 'pieces', plan: Plan | null) => {
    if (!plan) return [];
    const mean = meanOf(plan, cheapest);
    const figure =
      mean === null
        ? t('cheapest.unpriced')
        : t(`cheapest.each.${source.unit}`, { value: valueWords(mean, { curve, currency }, words) });
    const cost =
      mean === null || source.unit !== 'price'
        ? ''
        : t('cheapest.cost', { cost: money(Math.round(plan.cost * MICRO), currency, words) });
    return [{ label: t(`cheapest.${kind}`), times: timesOf(plan, words), figure, cost }];
  };
  const same = block && pieces && Math.abs(block.cost - pieces.cost) < 1e-9;
  return {
    form,
    heading: t(
      source.optimise === 'max' ? 'cheapest.best' : source.unit === 'price' ? 'cheapest.title' : 'cheapest.lowest',
      {
        hours: span(run),
        time: soon(before, words),
      },
    ),
    rows: [...row('block', block), ...(same ? [] : row('pieces', pieces))],
    periods: pieces?.periods ?? [],
  };
}

/** A clock time within the next day, else with its date. */
export function soon(time: number, words: Pick<Words, 'now' | 'clockTime' | 'moment'>): string {
  return time * 1000 < words.now + DAY_MS ? words.clockTime(time * 1000) : words.moment(time * 1000);
}

function timesOf({ periods }: Plan, words: Words): string {
  return periods.map(([start, end]) => `${soon(start, words)}–${words.clockTime(end * 1000)}`).join(', ');
}

const MICRO = 1_000_000;
const DAY_MS = 86_400_000;
