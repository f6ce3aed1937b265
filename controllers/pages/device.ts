import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import { type Device, type DeviceFields, type DeviceModel, refOf } from '../../models/device.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import { isAddress, isPlace, isPlain } from '../../models/device-rules.ts';
import type { LoginModel } from '../../models/login.ts';
import type { SwitchLog } from '../../models/switch-log.ts';
import { mayWrite } from '../../models/who.ts';
import { devicePage } from '../../views/device-page.ts';
import { INTERVALS } from '../../views/feed-rows.ts';
import { personOf } from './account.ts';
import { type DevicesDeps, noticeOf } from './devices.ts';
import { type Errors, fresh, line, parseForm, refuse, secret, seeOther, tick } from './form.ts';
import { keepOnce, takeOnce } from './once.ts';
import { ownDeviceOf } from './own-device.ts';
import { queryOf, readerOf } from './reader.ts';
import { roomsOf } from './wizard.ts';

export interface DevicePagesDeps extends DevicesDeps {
  readonly devices: Pick<DeviceModel, 'list' | 'find' | 'set' | 'remove'>;
  readonly switches: Pick<SwitchLog, 'list' | 'remove'>;
  readonly logins: Pick<LoginModel, 'ofDevice' | 'make' | 'revokeDevice'>;
  readonly intake: Pick<DeviceIntake, 'forget'>;
  readonly audit: Pick<AuditModel, 'note'>;
}

/** /devices/:id: what one device says, how it is called and reached, its login, and what was done to it. */
export function devicePages(deps: DevicePagesDeps) {
  return {
    show: (req: Request, res: Response) => show(deps, req, res, { ...fresh(), notice: doneOf(deps, req, res) }),
    change: (req: Request, res: Response) => change(deps, req, res),
    login: (req: Request, res: Response) => login(deps, req, res),
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
    device,
    mayDecide: mayWrite(who),
    rooms: roomsOf(deps.devices.list(who.account)),
    intervals: INTERVALS.filter((seconds) => seconds <= 900),
    polled: driver?.capabilities.read === 'poll',
    wantsPassword: GUARDED.includes(device.family),
    usesBroker: logins.length > 0 || driver?.topics !== undefined,
    logins: logins.map(({ username, created }) => ({ username, since: words.moment(created * 1000) })),
    fresh: mayWrite(who) ? takeOnce(req, 'login') : null,
    values: { ...device, interval: device.interval ?? '' },
    ...state,
  });
}

async function change(deps: DevicePagesDeps, req: Request, res: Response): Promise<void> {
  const device = ownDeviceOf(deps.devices, req);
  const form = parseForm(req, { name: line, room: line, place: line, to: line });
  const technical = parseForm(req, { address: line, password: secret, interval: line, enabled: tick });
  const whole = form.to !== 'wizard';
  const errors = errorsIn({ ...form, address: whole ? technical.address : '' }, res);
  if (Object.keys(errors).length > 0) {
    const values = { ...device, ...form, ...technical };
    return await show(deps, req, res, { ...refuse(res, errors), values });
  }
  const { name, room, place } = form;
  await deps.devices.set(device.id, { name, room, place, ...(whole && technicalFields(device, technical)) });
  const { account, username } = personOf(req);
  deps.audit.note(account, { actor: username, action: 'device changed', device: device.id, detail: name });
  seeOther(res, whole ? `/devices/${device.id}?done=saved` : '/devices/wizard?done=saved');
}

function technicalFields(
  { address: before, settings }: Device,
  { address, password, interval, enabled }: { address: string; password: string; interval: string; enabled: boolean },
): DeviceFields {
  const seconds = Number(interval);
  return {
    address: address === '' ? before : address,
    ...(password !== '' && { settings: { ...settings, password } }),
    interval: /^\d{1,5}$/.test(interval) && seconds > 0 ? Math.min(seconds, 86_400) : null,
    enabled,
  };
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
  const made = await deps.logins.make(account, device.id, filtersOf(deps, device));
  deps.audit.note(account, { actor: username, action: 'login renewed', device: device.id, detail: device.name });
  keepOnce(req, { kind: 'login', name: made.login.username, link: made.secret });
  seeOther(res, `/devices/${device.id}#login`);
}

/** As far as its rights reach now; else as far as its family's topics do. */
function filtersOf({ logins, drivers }: DevicePagesDeps, device: Device): readonly string[] {
  const current = logins.ofDevice(device.id).find(({ claims }) => !claims);
  const ref = refOf(device);
  const topics = ref && drivers.get(device.family)?.topics?.(ref);
  return current?.filters ?? topics ?? [`emon/${device.node}/#`];
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

function doneOf(deps: DevicePagesDeps, req: Request, res: Response) {
  return noticeOf(deps, readerOf(req).account, queryOf(req), res.words());
}

/** Families that may ask for a password of their own. */
const GUARDED = ['shelly1', 'shelly2', 'tasmota', 'http-meter', 'openevse2'];
