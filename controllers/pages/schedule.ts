import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import { type Device, type DeviceModel, ownDevice } from '../../models/device.ts';
import { metersOf } from '../../models/device-figures.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import { withDay } from '../../models/schedule/outlook.ts';
import { type KeptSchedule, parseSchedule, type Schedule } from '../../models/schedule/schedule.ts';
import { readScheduleForm, type ScheduleTexts } from '../../models/schedule/schedule-form.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import { mayWrite } from '../../models/who.ts';
import type { Notice } from '../../views/page.ts';
import { editorPage } from '../../views/schedule-editor.ts';
import { onceView } from '../../views/schedule-once.ts';
import { personOf } from './account.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { type OutlookDeps, outlookOf } from './outlook.ts';
import { formOf, idOf, queryOf, readerOf, writerOf } from './reader.ts';

export interface ScheduleEditorDeps extends OutlookDeps {
  readonly devices: Pick<DeviceModel, 'find' | 'list'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly audit: Pick<AuditModel, 'note'>;
  readonly schedules: OutlookDeps['schedules'] &
    Pick<DeviceScheduleModel, 'find' | 'create' | 'change' | 'remove' | 'next' | 'boostOf' | 'ofDevice'>;
}

/** /schedules/new?device= and /schedules/:id: one screen to say when a device runs, with what that comes to. */
export function scheduleEditor(deps: ScheduleEditorDeps) {
  return {
    async fresh(req: Request, res: Response): Promise<void> {
      const who = writerOf(req);
      const query = queryOf(req);
      if (!/^[1-9]\d{0,9}$/.test(query.device ?? '')) return seeOther(res, '/schedules#new');
      const device = ownDevice(deps.devices, who.account, Number(query.device));
      await show(deps, req, res, { device, base: usual(device), kept: null, typed: typedIn(query) });
    },

    async show(req: Request, res: Response): Promise<void> {
      const kept = ownScheduleOf(deps, req);
      const device = ownDevice(deps.devices, kept.account, kept.device);
      await show(deps, req, res, { device, base: kept, kept, typed: typedIn(queryOf(req)) });
    },

    async make(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const typed = formOf(req);
      const device = ownDevice(deps.devices, account, Number(typed.device));
      const screen: Screen = { device, base: usual(device), kept: null, typed };
      const keep = async (draft: Schedule): Promise<KeptSchedule> => {
        const made = await deps.schedules.create(account, draft);
        noteSchedule(deps, req, 'schedule made', made);
        return made;
      };
      await save(deps, req, res, { screen, keep });
    },

    async remove(req: Request, res: Response): Promise<void> {
      writerOf(req);
      const kept = ownScheduleOf(deps, req);
      const device = ownDevice(deps.devices, kept.account, kept.device);
      if (formOf(req).sure !== 'yes') {
        const errors = { sure: res.words().t('person.off.sure.error') };
        return await show(deps, req, res, { device, base: kept, kept, typed: null, errors });
      }
      await deps.schedules.remove(kept.id);
      noteSchedule(deps, req, 'schedule removed', kept);
      seeOther(res, '/schedules?done=removed');
    },

    async change(req: Request, res: Response): Promise<void> {
      writerOf(req);
      const kept = ownScheduleOf(deps, req);
      const device = ownDevice(deps.devices, kept.account, kept.device);
      const screen: Screen = { device, base: kept, kept, typed: formOf(req) };
      const keep = async (draft: Schedule): Promise<KeptSchedule> => {
        const changed = await deps.schedules.change(kept.id, draft);
        noteSchedule(deps, req, 'schedule changed', changed);
        return changed;
      };
      await save(deps, req, res, { screen, keep });
    },
  };
}

/** The household's own schedule that the path names. Throws HUB_NOT_FOUND for others, as if there were none. */
export function ownScheduleOf({ schedules }: Pick<ScheduleEditorDeps, 'schedules'>, req: Request): KeptSchedule {
  const schedule = schedules.find(idOf(req));
  if (schedule?.account !== readerOf(req).account) throw new HubError('HUB_NOT_FOUND');
  return schedule;
}

/** Leaves in the audit trail who did what to a schedule; its name, where no detail is given. */
export function noteSchedule(
  { audit }: Pick<ScheduleEditorDeps, 'audit'>,
  req: Request,
  action: string,
  { device, name }: Pick<KeptSchedule, 'device' | 'name'>,
  detail = name,
): void {
  const { account, username } = personOf(req);
  audit.note(account, { actor: username, action, device, detail });
}

interface Screen {
  readonly device: Device;
  /** What the fields change. */
  readonly base: Schedule;
  readonly kept: KeptSchedule | null;
  /** The fields as typed; null: as in `base`. */
  readonly typed: ScheduleTexts | null;
  readonly errors?: Errors;
  readonly state?: object;
}

async function show(deps: ScheduleEditorDeps, req: Request, res: Response, screen: Screen): Promise<void> {
  const who = readerOf(req);
  const { device, base, kept, typed, errors } = screen;
  const read = typed ? readScheduleForm(typed, base) : { draft: base, wrong: [] };
  const words = res.words();
  const found = errors ?? errorsOf(read.wrong, res);
  const outlook = await outlookOf(deps, device, [read.draft.mix, base.mix]);
  const sources = deps.forecasts.sources(who.account);
  const levels = metersOf(deps, device).inputs.map(({ id, name }) => ({ id, name }));
  const state =
    Object.keys(found).length > 0 && !screen.state ? refuse(res, found) : { ...fresh(), notice: doneOf(req, res) };
  const page = editorPage({ device, draft: read.draft, typed, outlook, sources, levels, words });
  res.set('Cache-Control', 'no-store').page('schedule', {
    tab: 'schedules',
    title: words.t(kept ? 'schedule.title' : 'schedule.new', { device: device.name }),
    scripts: ['live.js', 'schedule.js'],
    ...page,
    ...(kept ? onceView(kept, { deps: deps.schedules, words: words.inZone(outlook.zone) }) : {}),
    script: { ...page.script, base },
    kept: kept?.id ?? null,
    mayDecide: mayWrite(who),
    ...state,
    ...screen.state,
    moreOpen: page.moreOpen || Object.keys(found).some((name) => !PLAIN.includes(name)),
  });
}

interface Saving {
  readonly screen: Screen;
  readonly keep: (draft: Schedule) => Promise<KeptSchedule>;
}

async function save(deps: ScheduleEditorDeps, req: Request, res: Response, { screen, keep }: Saving): Promise<void> {
  const { device, base, typed } = screen;
  const { draft, wrong } = readScheduleForm(typed ?? {}, base);
  if (wrong.length > 0) return await show(deps, req, res, screen);
  const zone = deps.users.account(device.account)?.timezone ?? 'UTC';
  const dated = withDay({ ...draft, device: device.id }, { now: deps.clock.seconds(), zone });
  try {
    const { id } = await keep(parseSchedule(dated));
    seeOther(res, `/schedules/${id}?done=saved`);
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'HUB_BAD_REQUEST') throw error;
    res.status(422);
    const { t, told } = res.words();
    const step = told('schedule', error.sentence) ?? error.sentence;
    const notice: Notice = { kind: 'bad', fact: t('form.fix'), step };
    await show(deps, req, res, { ...screen, state: { errors: {}, focus: '', notice } });
  }
}

/** A new schedule as most people want it: ready in the morning, three hours, every day. */
function usual(device: Device): Schedule {
  return parseSchedule({ device: device.id, interruptible: /charger|heat|immersion|ev/i.test(device.type) });
}

/** A link to a draft carries its fields. */
function typedIn(query: Record<string, string>): ScheduleTexts | null {
  return query.draft === 'yes' ? query : null;
}

function errorsOf(wrong: readonly string[], res: Response): Errors {
  const { t } = res.words();
  return Object.fromEntries(wrong.map((name) => [name, t(`schedule.wrong.${kindOf(name)}`)]));
}

function kindOf(name: string): 'clock' | 'hours' | 'date' | 'number' {
  if (name === 'readyBy' || /(from|to)$/.test(name)) return 'clock';
  if (['hours', 'within', 'ahead'].includes(name)) return 'hours';
  return name === 'once' ? 'date' : 'number';
}

function doneOf(req: Request, res: Response): Notice | null {
  const { done = '' } = queryOf(req);
  const { t, has } = res.words();
  return has(`schedules.done.${done}`) ? { kind: 'good', fact: t(`schedules.done.${done}`) } : null;
}

/** Fields that are never folded. */
const PLAIN = [
  'readyBy',
  'hours',
  'kwh',
  'target',
  'capacity',
  'level',
  'changeReadyBy',
  'changeHours',
  'until',
  'sure',
];
