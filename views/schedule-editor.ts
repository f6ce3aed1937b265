import type { Device } from '../models/device.ts';
import type { ForecastSource } from '../models/forecast/source.ts';
import type { Outlook } from '../models/schedule/outlook.ts';
import type { Schedule } from '../models/schedule/schedule.ts';
import { type ScheduleTexts, scheduleTexts, WINDOWS } from '../models/schedule/schedule-form.ts';
import { MIXED, PARTS } from '../models/schedule/schedule-form-mix.ts';
import type { Words } from './page.ts';
import { previewed } from './schedule-draft.ts';
import { previewView } from './schedule-preview.ts';

export interface EditorParts {
  readonly device: Device;
  /** What is in the fields, as far as it can be read. */
  readonly draft: Schedule;
  /** The fields as typed. */
  readonly typed: ScheduleTexts | null;
  readonly outlook: Outlook;
  readonly sources: readonly Pick<ForecastSource, 'name' | 'unit'>[];
  /** Inputs of the device that may tell its charge. */
  readonly levels: readonly { readonly id: number; readonly name: string }[];
  readonly words: Words;
}

/** What views/schedule.ejs prints of a draft: the fields, the preview, and what the script goes on with. */
export function editorPage({ device, draft, typed, outlook, sources, levels, words }: EditorParts) {
  const seen = previewed(draft, outlook, device.name);
  const values = typed ?? scheduleTexts(draft);
  return {
    device,
    values,
    levels,
    preview: seen ? previewView(seen, words.inZone(outlook.zone)) : null,
    lines: [],
    days: numbers(7).map((number) => ({
      number,
      ...named({ weekday: 'short' }, { weekday: 'long' }, monday(number), words),
    })),
    months: numbers(12).map((number) => ({
      number,
      ...named({ month: 'short' }, { month: 'long' }, first(number), words),
    })),
    windows: numbers(WINDOWS),
    parts: numbers(PARTS),
    aims: aimsOf(sources, draft, words),
    sources: sources.map(({ name, unit }) => ({ name, words: sourceWords(name, unit, words) })),
    moreOpen: isUnusual(draft),
    script: { base: draft, outlook, device: device.name, words: wordsOf(words) },
  };
}

interface Aim {
  readonly value: string;
  readonly words: string;
}

function aimsOf(sources: EditorParts['sources'], draft: Schedule, words: Words): Aim[] {
  const own = sources.filter(({ name }) => name !== 'tariff');
  if (own.length === 0 && draft.mix.length === 0) return [];
  const aims = [{ value: '', words: words.t('schedule.aim.tariff') }];
  for (const { name, unit } of own) aims.push({ value: name, words: sourceWords(name, unit, words) });
  return [...aims, { value: MIXED, words: words.t('schedule.aim.mix') }];
}

/** By what it is about, where that has a word of its own. */
function sourceWords(name: string, unit: ForecastSource['unit'], { t }: Words): string {
  if (name === 'tariff') return t('tariff.title');
  if (unit === 'carbon') return t('schedule.aim.carbon');
  return unit === 'power' ? t('schedule.aim.power') : name;
}

/** Something is set that the folded part holds. */
function isUnusual({
  mode,
  within,
  minRun,
  minRest,
  maxStarts,
  blocks,
  never,
  ceiling,
  mix,
  repeat,
}: Schedule): boolean {
  const rules = [within, maxStarts, blocks, ceiling.price, ceiling.carbon].some(
    (rule) => rule !== null && rule !== undefined,
  );
  const lengths = minRun > 0 || minRest > 0 || never.length > 0 || mix.length > 1;
  return (
    mode !== 'smart' ||
    rules ||
    lengths ||
    repeat?.months !== undefined ||
    (repeat?.holidays ?? 'as-usual') !== 'as-usual'
  );
}

/** The words a preview is told in. */
function wordsOf({ dictionary }: Words): Record<string, string> {
  return dictionary(TOLD);
}

type Format = Intl.DateTimeFormatOptions;

function named(short: Format, long: Format, at: number, { language }: Words): { short: string; long: string } {
  const tag = { en: 'en-GB', cy: 'cy', de: 'de-DE' }[language];
  const word = (format: Format) => new Intl.DateTimeFormat(tag, { ...format, timeZone: 'UTC' }).format(at);
  return {
    short: word(short)
      .replace('.', '')
      .slice(0, short.weekday ? 2 : 4),
    long: word(long),
  };
}

/** A Monday is 1; in UTC. */
function monday(number: number): number {
  return Date.UTC(2024, 0, number, 12);
}

function first(month: number): number {
  return Date.UTC(2024, month - 1, 1, 12);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1);
}

const TOLD = [
  ...[
    'plan.',
    'schedule.heading',
    'schedule.why.',
    'schedule.note.',
    'schedule.now',
    'schedule.next',
    'schedule.unit.',
  ],
  ...['schedule.read', 'schedule.runs', 'schedule.risk', 'schedule.unknown', 'schedule.waits', 'schedule.cost'],
  ...['schedule.saves', 'schedule.more.than', 'schedule.ifnow', 'schedule.energy', 'schedule.length', 'schedule.at'],
  ...['schedule.power.unknown', 'schedule.share', 'schedule.need.upto', 'schedule.timer', 'schedule.never'],
];
