import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import type { Device, DeviceModel } from '../../models/device.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { Driver, Ports } from '../../models/drivers/driver.ts';
import type { Fetch } from '../../models/forecast/ask-source.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { InputModel } from '../../models/input.ts';
import type { KeptSchedule, Schedule } from '../../models/schedule/schedule.ts';
import type { DeviceScheduleModel, Extra } from '../../models/schedule/schedule-model.ts';
import type { SwitchLog } from '../../models/switch-log.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite, type Who } from '../../models/who.ts';
import { jsonArg } from './arguments.ts';
import { type Action, type Call, empty, failure, json, type Reply, text } from './call.ts';
import { askedState } from './demandshaper-asked.ts';
import { oneOf, switchable } from './demandshaper-devices.ts';
import { argument, type ShaperForecastDeps, shaperForecasts } from './demandshaper-forecast.ts';
import { shaperLog } from './demandshaper-log.ts';
import { ovmsAction } from './demandshaper-ovms.ts';
import { type RuntimeDeps, runtimeOf } from './demandshaper-runtime.ts';
import { keptBeside, type ShaperSettings, settingsOf, shaperSettings, typeOf } from './demandshaper-settings.ts';
import { configFrom, missingSources, mixOf } from './demandshaper-sources.ts';
import { firstSchedule, firstShape, firstWish } from './demandshaper-submit.ts';
import { type World, wishOf } from './demandshaper-wish.ts';
import type { EmoncmsAction } from './feed.ts';
import { accountOf } from './input-door.ts';

export interface ShaperDeps
  extends Omit<RuntimeDeps, 'forecasts' | 'inputs'>,
    Omit<ShaperForecastDeps, 'zone' | 'forecasts'> {
  readonly schedules: DeviceScheduleModel;
  readonly forecasts: ShaperForecastDeps['forecasts'] & Pick<ForecastModel, 'add'>;
  readonly devices: DeviceModel;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly ports: Ports;
  readonly inputs: Pick<InputModel, 'find' | 'list'>;
  readonly states: Pick<DeviceStates, 'reported'>;
  readonly intake: Pick<DeviceIntake, 'latest'>;
  readonly switches: Pick<SwitchLog, 'list'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly audit: Pick<AuditModel, 'note'>;
  readonly actorOf: (who: Who | null) => string;
  readonly clock: Clock;
  /** Asks servers on the public internet, and no other. */
  readonly fetchOutside: Fetch;
}

/** `demandshaper/…`: EmonCMS's demand shaper on Hearth's schedules and plans. */
export function demandshaperActions(deps: ShaperDeps): EmoncmsAction[] {
  const { schedules } = deps;
  const zone = (account: number) => deps.users.account(account)?.timezone ?? 'UTC';
  const plans = shaperForecasts({ ...deps, zone });
  const one = oneOf(deps.devices);
  const clear: Action = async (call) => {
    for (const { id } of schedules.list(accountOf(call))) await schedules.remove(id);
    note(deps, call, 'schedules cleared', null);
    return text('schedules cleared');
  };
  return [
    row(
      'write',
      'demandshaper',
      one((device) => toPage(deps, device), PAGES),
    ),
    row('read', 'demandshaper/forecast-list', plans.list),
    row('read', 'demandshaper/forecast', plans.forecast),
    row('read', 'demandshaper/schedule', plans.schedule),
    row('read', 'demandshaper/timer', plans.timer),
    row('write', 'demandshaper/save', saving(deps)),
    row(
      'read',
      'demandshaper/get',
      one((device, call) => json({ schedule: shapeOf(deps, call, device) ?? {} }), json({ schedule: {} })),
    ),
    row('write', 'demandshaper/set-device-settings', patching(deps)),
    row('write', 'demandshaper/submit', submitting(deps)),
    row('read', 'demandshaper/list', (call) => json(Object.fromEntries(listed(deps, call)))),
    row('read', 'demandshaper/schedules', (call) => {
      const all = switchable(deps, call).map((device) => [device.node, shapeOf(deps, call, device)] as const);
      return json(Object.fromEntries(all.filter(([, shape]) => shape !== null)));
    }),
    row(
      'write',
      'demandshaper/delete',
      one((device, call) => removed(deps, device, call), NO_DEVICE),
    ),
    row('write', 'demandshaper/clearall', clear),
    row(
      'read',
      'demandshaper/get-state',
      one(async (device, call) => json(await stateOf(deps, call, device)), json(false)),
    ),
    row('write', 'demandshaper/ovms', ovmsAction(deps.fetchOutside)),
    row('write', 'demandshaper/log', shaperLog(deps)),
  ];
}

const NO_DEVICE = failure('device does not exist');
const PAGES: Reply = { ...empty(302), headers: { Location: '/schedules' } };

/** The page of the device's schedule, or of a new one. */
function toPage({ schedules }: ShaperDeps, device: Device): Reply {
  const [first] = schedules.ofDevice(device.id);
  const page = first ? `/schedules/${first.id}` : `/schedules/new?device=${device.id}`;
  return { ...empty(302), headers: { Location: page } };
}

/** The whole object of a device; null where it has no schedule. */
function shapeOf(deps: ShaperDeps, call: Call, device: Device): Record<string, unknown> | null {
  const [schedule] = deps.schedules.ofDevice(device.id);
  if (!schedule) return null;
  const extra = deps.schedules.extraOf(schedule.id);
  const next = deps.schedules.next(schedule.account, schedule);
  const secrets = call.who !== null && mayWrite(call.who);
  return {
    ...firstShape(schedule, extra),
    settings: settingsOf({ device, schedule, extra, next, config: configOf(deps, schedule, extra), secrets }),
    runtime: runtimeShape(deps, schedule),
  };
}

/** As it was sent, as long as that still is the mix. */
function configOf({ forecasts }: ShaperDeps, { account, mix }: KeptSchedule, extra: Extra): readonly unknown[] {
  const sources = forecasts.sources(account);
  const sent = shaperSettings.safeParse(extra.settings).data?.forecast_config ?? [];
  if (sent.length > 0 && JSON.stringify(mixOf(sent, sources)) === JSON.stringify(mix)) return sent;
  return mix.length === 0 ? [{ name: 'tariff', weight: 1 }] : configFrom(mix, sources);
}

function runtimeShape(deps: ShaperDeps, schedule: KeptSchedule): Record<string, unknown> {
  const { account, device } = schedule;
  return runtimeOf(deps, schedule, {
    now: Math.floor(deps.clock.seconds()),
    zone: zoneOf(deps, account),
    holidays: deps.schedules.holidays(account),
    next: deps.schedules.next(account, schedule),
    heard: deps.intake.latest(device)?.time ?? deps.states.reported(device)?.at ?? null,
  });
}

/** `save`: the settings of the object that was sent; what it says of runtime is the hub's to know. */
function saving(deps: ShaperDeps): Action {
  return async (call) => {
    const sent = sentObject(call);
    const settings = shaperSettings.safeParse(sent?.settings);
    if (sent && !settings.success) return failure(sentenceOf(settings.error));
    if (!settings.data?.device) return failure('Missing device parameter in schedule object');
    const device = deps.devices.byNode(accountOf(call), settings.data.device);
    if (!device) return NO_DEVICE;
    const [before] = deps.schedules.ofDevice(device.id);
    const refused = await setUpSources(deps, call, settings.data);
    if (refused !== null) return failure(refused);
    const kept = await keep(deps, call, device, (world) => wishOf(settings.data, world), {
      settings: keptBeside(settings.data),
    });
    if (typeof kept === 'string') return failure(kept);
    const isSame = before !== undefined && JSON.stringify(before) === JSON.stringify(kept);
    return json({ success: true, message: isSame ? 'Saved to redis only' : 'Saved to disk' });
  };
}

/** `set-device-settings`: some settings; the answer is the runtime part, an error a plain sentence. */
function patching(deps: ShaperDeps): Action {
  return async (call) => {
    const device = deps.devices.byNode(accountOf(call), argument(call, 'device') ?? '');
    if (!device) return json('Device does not exist');
    const parsed = shaperSettings.safeParse(jsonArg(argument(call, 'settings')));
    if (!parsed.success) return json(sentenceOf(parsed.error));
    const refused = await setUpSources(deps, call, parsed.data);
    if (refused !== null) return json(refused);
    const [current] = deps.schedules.ofDevice(device.id);
    const extra = current ? deps.schedules.extraOf(current.id) : {};
    const before = shaperSettings.safeParse(extra.settings).data ?? {};
    const patch = { ...carOf(device, before), ...parsed.data };
    const beside = { ...extra, settings: { ...before, ...keptBeside(parsed.data) } };
    const kept = await keep(deps, call, device, (world) => wishOf(patch, world), beside);
    return json(typeof kept === 'string' ? kept : runtimeShape(deps, kept));
  };
}

/** What says how long a car charges comes from several settings, so those that were sent before count on. */
function carOf(device: Device, { forecast_config: _, ...before }: ShaperSettings): ShaperSettings {
  return typeOf(device) === 'openevse' ? before : {};
}

/** `submit`, of the demand shaper's first version. */
function submitting(deps: ShaperDeps): Action {
  return async (call) => {
    const first = firstSchedule.safeParse(jsonArg(argument(call, 'schedule')));
    if (!first.success) return failure(sentenceOf(first.error));
    const device = deps.devices.byNode(accountOf(call), first.data.device);
    if (!device) return NO_DEVICE;
    const kept = await keep(deps, call, device, (world) => firstWish(first.data, world), { first: first.data });
    return typeof kept === 'string' ? failure(kept) : json({ schedule: shapeOf(deps, call, device) });
  };
}

/** The forecasts that are named and not there yet; a sentence where one cannot be. */
async function setUpSources(deps: ShaperDeps, call: Call, { forecast_config: config = [] }: ShaperSettings) {
  const account = accountOf(call);
  for (const form of missingSources(config, deps.forecasts.sources(account))) {
    try {
      await deps.forecasts.add(account, form);
    } catch (error) {
      if (error instanceof HubError && error.status < 500) return error.sentence;
      throw error;
    }
    note(deps, call, `forecast ${form.name} set up`, null);
  }
  return null;
}

/** The schedule as kept, or why not. */
async function keep(
  deps: ShaperDeps,
  call: Call,
  device: Device,
  wish: (world: World) => Schedule,
  beside: Extra,
): Promise<KeptSchedule | string> {
  const account = accountOf(call);
  const { schedules, forecasts, inputs, clock } = deps;
  const [current] = schedules.ofDevice(device.id);
  const wanted = wish({
    ...{ device, current, inputs: inputs.list(account), sources: forecasts.sources(account) },
    ...{ zone: zoneOf(deps, account), holidays: schedules.holidays(account), now: clock.seconds() },
  });
  try {
    const extra = { ...(current ? schedules.extraOf(current.id) : {}), ...beside };
    const kept = current
      ? await schedules.change(current.id, wanted, extra)
      : await schedules.create(account, wanted, extra);
    note(deps, call, current ? 'schedule changed' : 'schedule made', device.id);
    return kept;
  } catch (error) {
    if (error instanceof HubError && error.status < 500) return error.sentence;
    throw error;
  }
}

async function removed(deps: ShaperDeps, device: Device, call: Call): Promise<Reply> {
  const own = deps.schedules.ofDevice(device.id);
  if (own.length === 0) return NO_DEVICE;
  for (const { id } of own) await deps.schedules.remove(id);
  note(deps, call, 'schedule removed', device.id);
  return json({ success: true, message: 'device deleted' });
}

/**
 * What the device says of itself, in the words of EmonCMS: asked now where it can be asked, else what it said last. False where it
 * does not answer, or has not spoken.
 */
async function stateOf(deps: ShaperDeps, call: Call, device: Device): Promise<unknown> {
  const reported = await askedState(deps, device);
  if (!reported) return false;
  const [schedule] = deps.schedules.ofDevice(device.id);
  const times = { timer_start1: 0, timer_stop1: 0, timer_start2: 0, timer_stop2: 0 };
  if (!schedule || schedule.mode === 'on' || schedule.mode === 'off')
    return { ctrl_mode: reported.on ? 'on' : 'off', ...times };
  const { runtime } = shapeOf(deps, call, device) as { runtime: { periods: { start: number[]; end: number[] }[] } };
  const [first] = runtime.periods;
  const own = first ? { timer_start1: first.start[1], timer_stop1: first.end[1] } : {};
  return { ctrl_mode: 'timer', ...times, ...own };
}

function listed(deps: ShaperDeps, call: Call): [string, object][] {
  return switchable(deps, call).map((device) => {
    return [device.node, { id: device.id, type: typeOf(device), device_name: device.name }];
  });
}

/** The object sent as `schedule`. EmonCMS's page sends it as it is, so that an & in a name ends the value for a form. */
function sentObject(call: Call): { settings?: unknown } | null {
  const whole = call.body.toString('utf8');
  const raw = whole.startsWith('schedule={') ? jsonArg(whole.slice('schedule='.length)) : undefined;
  const sent = raw ?? jsonArg(argument(call, 'schedule'));
  return typeof sent === 'object' && sent !== null && 'settings' in sent ? sent : null;
}

function note(deps: ShaperDeps, call: Call, action: string, device: number | null): void {
  deps.audit.note(accountOf(call), { actor: deps.actorOf(call.who), action, device, detail: 'by demandshaper' });
}

function zoneOf({ users }: ShaperDeps, account: number): string {
  return users.account(account)?.timezone ?? 'UTC';
}

function sentenceOf(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'schedule'}: ${issue?.message ?? 'not valid'}`;
}

function row(who: EmoncmsAction['who'], path: string, to: Action): EmoncmsAction {
  return { path, who, refusal: json(false), to };
}
