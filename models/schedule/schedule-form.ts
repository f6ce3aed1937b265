import type { Need, Schedule } from './schedule.ts';
import { mixOf, mixTexts } from './schedule-form-mix.ts';

/** The editor's fields as texts. Ticks are `yes`; times of day are the wall clock's. */
export type ScheduleTexts = Readonly<Record<string, string>>;

export interface ReadSchedule {
  /** What could be read; of fields that could not, what it was before. */
  readonly draft: Schedule;
  /** The names of the fields that cannot be read. */
  readonly wrong: readonly string[];
}

/** Windows the editor has room for. */
export const WINDOWS = 2;

/** Reads a schedule as typed in the editor, without a script or with one. What the editor does not show stays as in `base`. */
export function readScheduleForm(texts: ScheduleTexts, base: Schedule): ReadSchedule {
  const form = fieldsOf(texts);
  const { text, seconds, whole, ticked } = form;
  const readyBy = text('readyBy') === '' ? null : form.clock('readyBy', base.readyBy);
  const within = text('within') === '' ? null : seconds('within', 3600, 60, 31 * 86_400, base.within ?? 3600);
  if (readyBy === null && within === null && text('readyBy') === '') form.wrong.add('readyBy');
  const days = ticked('day', 7);
  const months = ticked('month', 12);
  const once = DATE.test(text('once')) ? text('once') : null;
  if (text('once') !== '' && once === null) form.wrong.add('once');
  const draft: Schedule = {
    ...base,
    name: text('name').slice(0, 64),
    mode: form.one('mode', ['smart', 'timer', 'on', 'off'], base.mode),
    need: needOf(form, base.need),
    powerW: text('power') === '' ? null : form.number('power', 1, 100_000, base.powerW ?? 1000),
    readyBy: readyBy ?? (within === null ? base.readyBy : null),
    within,
    ahead: text('ahead') === '' ? null : seconds('ahead', 3600, 60, 31 * 86_400, base.ahead ?? 86_400),
    interruptible: text('pauses') === 'yes',
    minRun: text('minRun') === '' ? 0 : seconds('minRun', 60, 0, 86_400, base.minRun),
    minRest: text('minRest') === '' ? 0 : seconds('minRest', 60, 0, 86_400, base.minRest),
    maxStarts: text('starts') === '' ? null : whole('starts', 1, 1000, base.maxStarts ?? 1),
    blocks: text('blocks') === '' ? null : whole('blocks', 1, 50, base.blocks ?? 1),
    repeat:
      days.length === 0
        ? null
        : {
            weekdays: days,
            ...(months.length > 0 && months.length < 12 && { months }),
            holidays: form.one('holidays', ['as-usual', 'never', 'only'], 'as-usual'),
          },
    once: days.length === 0 ? once : null,
    timer: form.windows('timer', base.timer),
    never: form.windows('never', base.never),
    ceiling: ceilingOf(form, base.ceiling),
    mix: mixOf(texts, form.wrong, base.mix),
    onCompletion: form.one('completion', ['smart', 'off', 'on'], base.onCompletion),
    priority: text('priority') === '' ? base.priority : whole('priority', 0, 9, base.priority),
  };
  if (draft.mode === 'timer' && draft.timer.length === 0) form.wrong.add('timer1from');
  return { draft, wrong: [...form.wrong] };
}

/** The fields of a schedule, as `readScheduleForm` reads them. */
export function scheduleTexts(schedule: Schedule): ScheduleTexts {
  const { repeat, ceiling, within, timer, never } = schedule;
  const minutes = (seconds: number) => (seconds === 0 ? '' : plain(seconds / 60));
  return {
    name: schedule.name,
    mode: schedule.mode,
    ...needTexts(schedule.need),
    power: schedule.powerW === null ? '' : plain(schedule.powerW),
    readyBy: schedule.readyBy ?? '',
    within: within === null ? '' : plain(within / 3600),
    ahead: schedule.ahead === null ? '' : plain(schedule.ahead / 3600),
    pauses: schedule.interruptible ? 'yes' : '',
    minRun: minutes(schedule.minRun),
    minRest: minutes(schedule.minRest),
    starts: schedule.maxStarts === null ? '' : String(schedule.maxStarts),
    blocks: schedule.blocks === null ? '' : String(schedule.blocks),
    ...ticks('day', repeat?.weekdays ?? []),
    ...ticks('month', repeat?.months ?? []),
    holidays: repeat?.holidays ?? 'as-usual',
    once: schedule.once ?? '',
    ...windowTexts('timer', timer),
    ...windowTexts('never', never),
    price: ceiling.price === undefined ? '' : plain(ceiling.price / MICRO),
    carbon: ceiling.carbon === undefined ? '' : plain(ceiling.carbon),
    ...mixTexts(schedule.mix),
    completion: schedule.onCompletion,
    priority: String(schedule.priority),
  };
}

/** A length as people type it: "5", "1.5", "1,5" or "1:30" hours; null where it is none. */
export function typedHours(text: string): number | null {
  const parts = /^(\d{1,3}):([0-5]\d)$/.exec(text);
  if (parts) return Number(parts[1]) * 3600 + Number(parts[2]) * 60;
  const hours = Number(text.replace(',', '.'));
  return text !== '' && Number.isFinite(hours) ? Math.round(hours * 60) * 60 : null;
}

type Form = ReturnType<typeof fieldsOf>;

/** Readers of single fields, each with what stands in where the field is wrong. */
function fieldsOf(texts: ScheduleTexts) {
  const wrong = new Set<string>();
  const text = (name: string) => (texts[name] ?? '').trim();
  const number = (name: string, least: number, most: number, instead: number): number => {
    const value = Number(text(name).replace(',', '.'));
    if (text(name) !== '' && value >= least && value <= most) return value;
    wrong.add(name);
    return instead;
  };
  const whole = (name: string, least: number, most: number, instead: number): number => {
    const value = number(name, least, most, instead);
    if (Number.isInteger(value)) return value;
    wrong.add(name);
    return instead;
  };
  const seconds = (name: string, unit: number, least: number, most: number, instead: number): number => {
    const typed = unit === 3600 ? typedHours(text(name)) : Number(text(name).replace(',', '.')) * unit;
    const value = Math.round(typed ?? Number.NaN);
    if (value >= least && value <= most) return value;
    wrong.add(name);
    return instead;
  };
  const clock = <T>(name: string, instead: T): string | T => {
    if (CLOCK.test(text(name))) return text(name);
    wrong.add(name);
    return instead;
  };
  const one = <T extends string>(name: string, allowed: readonly T[], instead: T): T =>
    allowed.find((value) => value === text(name)) ?? instead;
  const ticked = (stem: string, most: number) =>
    Array.from({ length: most }, (_, at) => at + 1).filter((at) => text(`${stem}${at}`) === 'yes');
  const windows = (stem: string, before: Schedule['never']): Schedule['never'] => {
    const read = Array.from({ length: WINDOWS }, (_, at) => at + 1).flatMap((at) => {
      const [from, to] = [`${stem}${at}from`, `${stem}${at}to`];
      if (text(from) === '' && text(to) === '') return [];
      const old = before[at - 1];
      return [{ ...old, from: clock(from, old?.from ?? '00:00'), to: clock(to, old?.to ?? '00:00') }];
    });
    return [...read, ...before.slice(WINDOWS)];
  };
  return { wrong, text, number, whole, seconds, clock, one, ticked, windows };
}

function needOf(form: Form, before: Need): Need {
  const { text, number, seconds } = form;
  const kind = form.one('kind', ['time', 'energy', 'charge'], 'time');
  if (kind === 'energy') {
    const wh = number('kwh', 0.01, 1000, before.kind === 'energy' ? before.wh / 1000 : 1) * 1000;
    return { kind, wh: Math.round(wh) };
  }
  if (kind === 'time') return { kind, seconds: seconds('hours', 3600, 60, 31 * 86_400, secondsBefore(before)) };
  const old = before.kind === 'charge' ? before : null;
  const input = /^\d+$/.test(text('socInput')) ? Number(text('socInput')) : 0;
  const level = () => number('level', 0, 100, 50) / 100;
  return {
    ...(old ?? { balanceSeconds: 0 }),
    kind,
    capacityWh: Math.round(number('capacity', 0.1, 1000, (old?.capacityWh ?? 40_000) / 1000) * 1000),
    target: number('target', 1, 100, (old?.target ?? 0.8) * 100) / 100,
    current: input > 0 ? { input } : { level: level() },
  };
}

function secondsBefore(before: Need): number {
  return before.kind === 'time' ? before.seconds : 3600;
}

function ceilingOf({ text, number }: Form, before: Schedule['ceiling']): Schedule['ceiling'] {
  return {
    ...(text('price') !== '' && {
      price: Math.round(number('price', -1000, 1000, (before.price ?? 0) / MICRO) * MICRO),
    }),
    ...(text('carbon') !== '' && { carbon: number('carbon', 0, 10_000, before.carbon ?? 0) }),
  };
}

function needTexts(need: Need): ScheduleTexts {
  if (need.kind === 'time') return { kind: 'time', hours: plain(need.seconds / 3600) };
  if (need.kind === 'energy') return { kind: 'energy', kwh: plain(need.wh / 1000) };
  const { current } = need;
  return {
    kind: 'charge',
    capacity: plain(need.capacityWh / 1000),
    target: plain(need.target * 100),
    ...('input' in current ? { socInput: String(current.input) } : { level: plain(current.level * 100) }),
  };
}

function ticks(stem: string, numbers: readonly number[]): ScheduleTexts {
  return Object.fromEntries(numbers.map((number) => [`${stem}${number}`, 'yes']));
}

function windowTexts(stem: string, windows: Schedule['never']): ScheduleTexts {
  const texts = windows.slice(0, WINDOWS).flatMap(({ from, to }, at) => [
    [`${stem}${at + 1}from`, from],
    [`${stem}${at + 1}to`, to],
  ]);
  return Object.fromEntries(texts);
}

/** Without the tail that binary fractions leave. */
function plain(value: number): string {
  return String(Math.round(value * 10_000) / 10_000);
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MICRO = 1_000_000;
