import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import type { Device, DeviceModel } from '../../models/device.ts';
import type { DeviceChange, DeviceConfigure } from '../../models/device-configure.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import { isAddress, isPlace, isPlain } from '../../models/device-rules.ts';
import type { DeviceTemplates } from '../../models/device-templates.ts';
import type { LoginModel } from '../../models/login.ts';
import { filtersOf } from '../../models/login-filters.ts';
import type { SwitchLog } from '../../models/switch-log.ts';
import { mayWrite } from '../../models/who.ts';
import { KEEPS_INTERVAL, keptBy, parseKept } from '../../views/device-keeps.ts';
import { devicePage } from '../../views/device-page.ts';
import { deviceSchedule } from '../../views/device-schedule.ts';
import { templateOffer } from '../../views/device-template-offer.ts';
import { INTERVALS } from '../../views/feed-rows.ts';
import type { Notice } from '../../views/page.ts';
import { personOf } from './account.ts';
import { readThresholds, type TypedThresholds, thresholdSettings, thresholdTexts } from './device-thresholds.ts';
import { type DevicesDeps, noticeOf } from './devices.ts';
import { type Errors, fresh, line, parseForm, refuse, secret, seeOther, tick } from './form.ts';
import { keepOnce, takeOnce } from './once.ts';
import { ownDeviceOf } from './own-device.ts';
import { queryOf, readerOf } from './reader.ts';
import { roomsOf } from './rooms.ts';
import { partsOf, type SchedulePartsDeps } from './schedule-parts.ts';

export interface DevicePagesDeps extends DevicesDeps, SchedulePartsDeps {
  readonly devices: Pick<DeviceModel, 'list' | 'find' | 'set' | 'remove'>;
  readonly switches: Pick<SwitchLog, 'list' | 'remove'>;
  readonly logins: Pick<LoginModel, 'ofDevice' | 'make' | 'revokeDevice'>;
  readonly intake: Pick<DeviceIntake, 'forget'>;
  readonly configure: Pick<DeviceConfigure, 'change'>;
  readonly deviceTemplates: Pick<DeviceTemplates, 'of' | 'apply'>;
  readonly audit: Pick<AuditModel, 'list' | 'note'>;
}

/** /devices/:id: what one device says, how it is called and reached, its login, and what was done to it. */
export function devicePages(deps: DevicePagesDeps) {
  return {
    show: (req: Request, res: Response) => show(deps, req, res, { ...fresh(), notice: doneOf(deps, req, res) }),
    change: (req: Request, res: Response) => change(deps, req, res),
    login: (req: Request, res: Response) => login(deps, req, res),
    setUp: (req: Request, res: Response) => setUp(deps, req, res),
    remove: (req: Request, res: Response) => remove(deps, req, res),
  };
}

async function show(deps: DevicePagesDeps, req: Request, res: Response, state: object): Promise<void> {
  const who = readerOf(req);
  const device = ownDeviceOf(deps.devices, req);
  const driver = deps.drivers.get(device.family);
  const words = res.words();
  const logins = deps.logins.ofDevice(device.id);
  const data = await devicePage(deps, device, words);
  res.set('Cache-Control', 'no-store').page('device', {
    tab: 'devices',
    title: device.name,
    scripts: ['live.js', 'copy.js'],
    ...data,
    scheduled: deviceSchedule(partsOf(deps, who.account, words), device),
    device,
    mayDecide: mayWrite(who),
    rooms: roomsOf(deps.devices.list(who.account)),
    intervals: INTERVALS.filter((seconds) => seconds <= 900),
    polled: driver?.capabilities.read === 'poll',
    keepsInterval: KEEPS_INTERVAL.has(device.family),
    kept: keptBy(device),
    offer: mayWrite(who) ? templateOffer(deps.deviceTemplates.of(device)) : null,
    wantsPassword: GUARDED.includes(device.family),
    usesBroker: logins.length > 0 || driver?.topics !== undefined,
    logins: logins.map(({ username, created }) => ({ username, since: words.moment(created * 1000) })),
    fresh: mayWrite(who) ? takeOnce(req, 'login') : null,
    values: { ...device, interval: device.interval ?? '', kept: shownKept(device), ...thresholdTexts(device) },
    ...state,
  });
}

/** The hub keeps what is typed and tells the device what it keeps itself; where it did not take that, the page says so. */
async function change(deps: DevicePagesDeps, req: Request, res: Response): Promise<void> {
  const device = ownDeviceOf(deps.devices, req);
  const form = parseForm(req, { name: line, room: line, place: line, to: line });
  const technical = parseForm(req, {
    address: line,
    password: secret,
    interval: chosen,
    kept: line,
    enabled: tick,
    onW: line,
    offW: line,
  });
  const whole = form.to !== 'wizard';
  const errors = {
    ...errorsIn({ ...form, address: whole ? technical.address : '' }, res),
    ...(whole && keptErrorIn(device, technical.kept, res)),
    ...(whole && !readThresholds(device, technical) && { onW: res.words().t('device.on.wrong') }),
  };
  if (Object.keys(errors).length > 0) {
    const values = { ...device, ...form, ...technical };
    return await show(deps, req, res, { ...refuse(res, errors), values });
  }
  const { name, room, place } = form;
  const wish = { name, room, place, ...(whole && technicalFields(device, technical)) };
  const fault = await deps.configure.change(device.id, wish);
  const { account, username } = personOf(req);
  deps.audit.note(account, { actor: username, action: 'device changed', device: device.id, detail: name });
  if (!whole) return seeOther(res, '/devices/wizard?done=saved');
  seeOther(res, `/devices/${device.id}?${fault === null ? 'done=saved' : `kept=${fault.replace(' ', '-')}`}`);
}

interface Technical extends TypedThresholds {
  readonly address: string;
  readonly password: string;
  /** Null where the form does not ask for it. */
  readonly interval: string | null;
  readonly kept: string;
  readonly enabled: boolean;
}

function technicalFields(before: Device, technical: Technical): DeviceChange {
  const { address, password, interval, kept, enabled } = technical;
  const seconds = /^\d{1,5}$/.test(interval ?? '') ? Math.min(Number(interval), 86_400) : 0;
  const number = keptBy(before);
  const value = number && parseKept(kept, number);
  const settings = {
    ...(password !== '' && passwordIn(before, password)),
    ...thresholdSettings(before, technical),
    // said again though it is the same: the device may not have taken it
    ...(number && value !== null && { [number.name]: value }),
  };
  return {
    ...(address !== '' && { address }),
    ...(interval !== null && { interval: seconds > 0 ? seconds : null }),
    ...(Object.keys(settings).length > 0 && { settings }),
    enabled,
  };
}

/** Where the family looks for it. */
function passwordIn({ settings }: Device, password: string): Record<string, unknown> {
  const { login } = settings;
  return typeof login === 'object' && login !== null ? { login: { ...login, password } } : { password };
}

function shownKept(device: Device): string {
  const value = device.settings[keptBy(device)?.name ?? ''];
  return typeof value === 'number' ? String(value) : '';
}

function keptErrorIn(device: Device, typed: string, res: Response): Errors {
  const number = keptBy(device);
  if (!number || !Number.isNaN(parseKept(typed, number))) return {};
  const { least, most } = number;
  return { kept: res.words().t('device.keeps.wrong', { least, most }) };
}

function errorsIn(form: Record<'name' | 'room' | 'place' | 'address', string>, res: Response): Errors {
  const { t } = res.words();
  const { name, room, place, address } = form;
  const wrong: [string, string | null][] = [
    ['name', name === '' ? t('form.missing') : isPlain(name) && name.length <= 64 ? null : t('device.name.wrong')],
    ['room', isPlain(room) && room.length <= 64 ? null : t('device.name.wrong')],
    ['place', isPlace(place) ? null : t('device.place.wrong')],
    ['address', address === '' || isAddress(address) ? null : t('device.address.wrong')],
  ];
  return Object.fromEntries(wrong.flatMap(([field, words]) => (words === null ? [] : [[field, words]])));
}

/** A new login ends the one before: the device needs the new one to be heard again. */
async function login(deps: DevicePagesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const device = ownDeviceOf(deps.devices, req);
  const { wish } = parseForm(req, { wish: line });
  if (wish === 'revoke') {
    await deps.logins.revokeDevice(device.id);
    deps.audit.note(account, { actor: username, action: 'login revoked', device: device.id, detail: device.name });
    return seeOther(res, `/devices/${device.id}?done=revoked#login`);
  }
  if (wish !== 'renew') throw new HubError('HUB_BAD_REQUEST');
  const made = await deps.logins.make(account, device.id, rightsOf(deps, device));
  deps.audit.note(account, { actor: username, action: 'login renewed', device: device.id, detail: device.name });
  keepOnce(req, { kind: 'login', name: made.login.username, link: made.secret });
  seeOther(res, `/devices/${device.id}#login`);
}

/** As far as its rights reach now; else as far as what it speaks on. */
function rightsOf({ logins, drivers, devices }: DevicePagesDeps, device: Device): readonly string[] {
  const current = logins.ofDevice(device.id).find(({ claims }) => !claims);
  return current?.filters ?? filtersOf(device, drivers, devices.list(device.account));
}

/** Its readings stay: they are the household's. */
async function remove(deps: DevicePagesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const { id, name } = ownDeviceOf(deps.devices, req);
  const { sure } = parseForm(req, { sure: tick });
  if (!sure) return await show(deps, req, res, refuse(res, { sure: res.words().t('person.off.sure.error') }));
  await deps.logins.revokeDevice(id);
  await deps.devices.remove(id);
  deps.intake.forget(id);
  await deps.switches.remove(id);
  deps.audit.note(account, { actor: username, action: 'device removed', device: id, detail: name });
  seeOther(res, '/devices?done=removed');
}

const chosen = z.string().max(5).nullable().catch(null);

/** A later version of its templates, once somebody says so. */
async function setUp(deps: DevicePagesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const device = ownDeviceOf(deps.devices, req);
  const { replace } = parseForm(req, { replace: tick });
  await deps.deviceTemplates.apply(device, { replace });
  const detail = `${device.name}${replace ? ', lists replaced' : ''}`;
  deps.audit.note(account, { actor: username, action: 'template applied', device: device.id, detail });
  seeOther(res, `/devices/${device.id}?done=setup`);
}

function doneOf(deps: DevicePagesDeps, req: Request, res: Response): Notice | null {
  const { t, has } = res.words();
  const { kept = '' } = queryOf(req);
  if (has(`device.fault.${kept}`)) {
    const why = kept === 'unsupported' ? '' : `${t(`device.fault.${kept}`)} `;
    return { kind: 'bad', fact: t('device.kept.not'), step: `${why}${t('device.kept.again')}` };
  }
  return noticeOf(deps, readerOf(req).account, queryOf(req), res.words());
}

/** Families that may ask for a password of their own. */
const GUARDED = ['shelly1', 'shelly2', 'tasmota', 'http-meter', 'openevse2'];
