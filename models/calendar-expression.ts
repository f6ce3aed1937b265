import type { DateTime } from 'luxon';

/** Says of a local time whether it is meant. */
export type Calendar = (at: DateTime) => boolean;

/**
 * A calendar such as `Summer | Mon-Fri | 08:00-09:00, 12/25 | 00:00-24:00`: commas part alternatives, of which one must fit;
 * bars part conditions, which must all fit. A condition is `Summer` or `Winter` (daylight saving time or not), a weekday, a
 * date as month/day or a time of day, each alone or as a range that may run over the week's, year's or day's end. Several
 * conditions of one kind are alternatives. An alternative with a word that is none of these fits no time.
 */
export function parseCalendar(expression: string): Calendar {
  const alternatives = expression
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(parseAlternative);
  return (at) => alternatives.some((fits) => fits(at));
}

type Kind = 'season' | 'weekday' | 'date' | 'time';
type Condition = readonly [kind: Kind, fits: Calendar];

function parseAlternative(text: string): Calendar {
  const kinds = new Map<Kind, Calendar[]>();
  for (const word of text.split('|').map((part) => part.trim())) {
    const condition = parseCondition(word);
    if (!condition) return () => false;
    const [kind, fits] = condition;
    kinds.set(kind, [...(kinds.get(kind) ?? []), fits]);
  }
  return (at) => [...kinds.values()].every((choices) => choices.some((fits) => fits(at)));
}

function parseCondition(word: string): Condition | undefined {
  return season(word) ?? weekday(word) ?? date(word) ?? timeOfDay(word);
}

function season(word: string): Condition | undefined {
  const name = word.toLowerCase();
  if (name === 'summer') return ['season', (at) => at.isInDST];
  return name === 'winter' ? ['season', (at) => !at.isInDST] : undefined;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const DAY = '(mon|tue|wed|thu|fri|sat|sun)[a-z]*';
const WEEKDAYS = new RegExp(`^${DAY}(?:\\s*-\\s*${DAY})?$`, 'i');

function weekday(word: string): Condition | undefined {
  const match = WEEKDAYS.exec(word);
  if (!match) return undefined;
  const first = dayNumber(match[1]);
  return ['weekday', within((at) => at.weekday, first, match[2] === undefined ? first : dayNumber(match[2]))];
}

function dayNumber(name = ''): number {
  return DAYS.indexOf(name.toLowerCase()) + 1;
}

const DATES = /^(\d{1,2})\/(\d{1,2})(?:\s*-\s*(\d{1,2})\/(\d{1,2}))?$/;

function date(word: string): Condition | undefined {
  const numbers = DATES.exec(word)?.slice(1);
  if (!numbers) return undefined;
  const [month, day, lastMonth = month, lastDay = day] = numbers.map((text) => (text ? Number(text) : undefined));
  if (![month, lastMonth].every((m) => isIn(m, 1, 12)) || ![day, lastDay].every((d) => isIn(d, 1, 31)))
    return undefined;
  const number = (m = 0, d = 0) => m * 100 + d;
  return ['date', within((at) => number(at.month, at.day), number(month, day), number(lastMonth, lastDay))];
}

const TIMES = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/;
const DAY_MINUTES = 24 * 60;

/** From the first minute to before the last one. */
function timeOfDay(word: string): Condition | undefined {
  const numbers = TIMES.exec(word)?.slice(1).map(Number);
  if (!numbers) return undefined;
  const [hour = 0, minute = 0, lastHour = 0, lastMinute = 0] = numbers;
  const [from, to] = [hour * 60 + minute, lastHour * 60 + lastMinute];
  if (minute > 59 || lastMinute > 59 || from > DAY_MINUTES || to > DAY_MINUTES) return undefined;
  const now = (at: DateTime) => at.hour * 60 + at.minute;
  return ['time', from <= to ? (at) => now(at) >= from && now(at) < to : (at) => now(at) >= from || now(at) < to];
}

/** First to last, both included; a last one before the first is one of the next round. */
function within(number: (at: DateTime) => number, first: number, last: number): Calendar {
  return (at) => {
    const now = number(at);
    return first <= last ? now >= first && now <= last : now >= first || now <= last;
  };
}

function isIn(number: number | undefined, least: number, most: number): boolean {
  return number !== undefined && number >= least && number <= most;
}
