import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import { dateOf, wallDay } from '../../lib/wall-clock.ts';
import { type DeviceModel, ownDevice } from '../../models/device.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { Plans } from '../../models/plan/plans.ts';
import type { KeptSchedule } from '../../models/schedule/schedule.ts';
import { typedHours } from '../../models/schedule/schedule-form.ts';
import type { DeviceScheduleModel } from '../../models/schedule/schedule-model.ts';
import { mayWrite } from '../../models/who.ts';
import { schedulesPage } from '../../views/schedules-page.ts';
import { personOf } from './account.ts';
import { seeOther } from './form.ts';
import { formOf, queryOf, readerOf, writerOf } from './reader.ts';
import { noteSchedule, ownScheduleOf, type ScheduleEditorDeps } from './schedule.ts';
import { partsOf } from './schedule-parts.ts';

export interface SchedulePagesDeps extends ScheduleEditorDeps {
  readonly devices: Pick<DeviceModel, 'find' | 'list'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly schedules: ScheduleEditorDeps['schedules'] &
    Pick<
      DeviceScheduleModel,
      'list' | 'remove' | 'skipNext' | 'changeOnce' | 'pause' | 'boost' | 'endBoost' | 'change'
    >;
  readonly forecasts: Pick<ForecastModel, 'sources' | 'combined' | 'carbonSource'>;
  readonly plans: Pick<Plans, 'of' | 'spreadOf' | 'today'>;
}

/** /schedules: what runs today and tomorrow, and what can be done about it at once. */
export function schedulePages(deps: SchedulePagesDeps) {
  const { schedules } = deps;
  return {
    async list(req: Request, res: Response): Promise<void> {
      const who = readerOf(req);
      const words = res.words();
      const { done = '' } = queryOf(req);
      const notice = words.has(`schedules.done.${done}`)
        ? { kind: 'good', fact: words.t(`schedules.done.${done}`) }
        : null;
      res.page('schedules', {
        tab: 'schedules',
        title: words.t('schedules.title'),
        scripts: ['live.js'],
        notice,
        mayDecide: mayWrite(who),
        ...schedulesPage(partsOf(deps, who.account, words)),
      });
    },

    /** Leaves the next time out; `undo` takes back everything that was left out. */
    async skip(req: Request, res: Response): Promise<void> {
      const { kept, wish } = askedOf(deps, req);
      const isUndone = wish === 'undo';
      const changed = isUndone ? await schedules.change(kept.id, { skip: [] }) : await schedules.skipNext(kept.id);
      noteSchedule(deps, req, isUndone ? 'schedule unskipped' : 'schedule skipped', kept, changed.skip.join(', '));
      back(req, res, kept, wish === 'undo' ? 'unskipped' : 'skipped');
    },

    async pause(req: Request, res: Response): Promise<void> {
      const { kept, wish } = askedOf(deps, req);
      const until = wish === 'week' ? inAWeek(deps, kept) : (formOf(req).until ?? '');
      if (wish === 'resume') await schedules.pause(kept.id, null);
      else if (isDate(until)) await schedules.pause(kept.id, until);
      else throw new HubError('HUB_BAD_REQUEST');
      const [action, detail] = wish === 'resume' ? ['schedule resumed', ''] : ['schedule paused', until];
      noteSchedule(deps, req, action, kept, detail);
      back(req, res, kept, wish === 'resume' ? 'resumed' : 'paused');
    },

    /** Makes the deadline of one day different. */
    async changeOnce(req: Request, res: Response): Promise<void> {
      const { kept, wish } = askedOf(deps, req);
      const { day = '', changeReadyBy = '', changeHours = '', changePauses } = formOf(req);
      if (!isDate(day)) throw new HubError('HUB_BAD_REQUEST');
      const seconds = typedHours(changeHours);
      const isClock = /^([01]\d|2[0-3]):[0-5]\d$/.test(changeReadyBy);
      if (wish === 'forget') await schedules.changeOnce(kept.id, day, null);
      else
        await schedules.changeOnce(kept.id, day, {
          ...(isClock && { readyBy: changeReadyBy }),
          ...(seconds !== null && seconds >= 60 && { need: { kind: 'time' as const, seconds } }),
          interruptible: changePauses === 'yes',
        });
      noteSchedule(deps, req, 'schedule changed once', kept, day);
      back(req, res, kept, wish === 'forget' ? 'forgotten' : 'changed');
    },

    /** Switches a device on for some minutes, whatever its schedules say; 0 ends that. */
    async boost(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const { username } = personOf(req);
      const { device, minutes, schedule, to } = formOf(req);
      const { id } = ownDevice(deps.devices, account, Number(device));
      const count = Number(minutes);
      if (!(count >= 0 && count <= 1440)) throw new HubError('HUB_BAD_REQUEST');
      if (count === 0) await schedules.endBoost(id);
      else await schedules.boost(id, Math.round(count * 60), username);
      const [action, detail] = count === 0 ? ['boost ended', ''] : ['device boosted', `for ${count} min`];
      deps.audit.note(account, { actor: username, action, device: id, detail });
      const done = count === 0 ? 'unboosted' : 'boosted';
      if (to === 'device') return seeOther(res, `/devices/${id}`);
      seeOther(
        res,
        to === 'schedule' && /^\d+$/.test(schedule ?? '')
          ? `/schedules/${schedule}?done=${done}`
          : `/schedules?done=${done}`,
      );
    },
  };
}

function askedOf(deps: SchedulePagesDeps, req: Request): { kept: KeptSchedule; wish: string } {
  writerOf(req);
  return { kept: ownScheduleOf(deps, req), wish: formOf(req).wish ?? '' };
}

/** To where the form stood. */
function back(req: Request, res: Response, { id }: KeptSchedule, done: string): void {
  const isOnList = formOf(req).to === 'schedules';
  seeOther(res, isOnList ? `/schedules?done=${done}` : `/schedules/${id}?done=${done}`);
}

function inAWeek({ clock, users }: SchedulePagesDeps, { account }: KeptSchedule): string {
  return dateOf(wallDay(clock.seconds(), users.account(account)?.timezone ?? 'UTC') + 7);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}
