import type { Request } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { ByHand } from '../../models/device-by-hand.ts';
import { isAddress, isPlace, isPlain } from '../../models/device-rules.ts';
import { pluginFamily } from '../../models/drivers/plugin.ts';
import type { Words } from '../../views/page.ts';
import { type Errors, line, parseForm, secret } from './form.ts';

/** The kinds of devices that can be added by hand. */
export const KINDS = ['plugin', 'relay', 'meter'] as const;
export type Kind = (typeof KINDS)[number];

const FIELDS = {
  ...{ name: line, room: line, place: line },
  /** A plug-in's, and where it or the meter is. */
  ...{ type: line, address: line },
  ...{ command: line, state: line, on: line, off: line, power: line },
  ...{ path: line, powerPath: line, energyPath: line, user: line, password: secret },
};

/** What was typed; a field that the kind does not have is ''. */
export type NewForm = Readonly<Record<keyof typeof FIELDS, string>> & { readonly kind: Kind };

/** Throws HUB_BAD_REQUEST for a kind there is not. */
export function newFormIn(req: Request): NewForm {
  const { kind: said } = parseForm(req, { kind: line });
  const kind = KINDS.find((one) => one === said);
  if (!kind) throw new HubError('HUB_BAD_REQUEST');
  return { ...parseForm(req, FIELDS), kind };
}

export function blankForm(kind: Kind): NewForm {
  const blank = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, ''])) as Record<
    keyof typeof FIELDS,
    string
  >;
  return { ...blank, on: 'ON', off: 'OFF', kind };
}

/** Words at the fields that cannot be kept. */
export function wrongIn(form: NewForm, { t }: Words): Errors {
  const { name, room, place } = form;
  const isName = (text: string) => isPlain(text) && text.length <= 64;
  const wrong: [field: string, words: string | null][] = [
    ['name', name === '' ? t('form.missing') : isName(name) ? null : t('device.name.wrong')],
    ['room', isName(room) ? null : t('device.name.wrong')],
    ['place', isPlace(place) ? null : t('device.place.wrong')],
    ...(form.kind === 'relay' ? wrongRelay(form, t) : wrongAddress(form, t)),
    ...(form.kind === 'meter' ? wrongMeter(form, t) : []),
  ];
  return Object.fromEntries(wrong.flatMap(([field, words]) => (words === null ? [] : [[field, words]])));
}

/** What was typed, as a device; it has to be right. */
export function wishOf(form: NewForm): ByHand {
  const { kind, name, room, place, address, type } = form;
  const called = { name, room, place };
  if (kind === 'plugin') return { ...called, family: pluginFamily(type), address, settings: {}, type: 'plug' };
  if (kind === 'meter') {
    const settings = meterSettings(form);
    return { ...called, family: 'http-meter', asked: false, address, settings, type: 'meter' };
  }
  return { ...called, family: 'mqtt-relay', address: null, settings: relaySettings(form), type: 'plug' };
}

type Wrong = [field: string, words: string | null][];

function wrongAddress({ address }: NewForm, t: Words['t']): Wrong {
  return [['address', address === '' ? t('form.missing') : isAddress(address) ? null : t('device.address.wrong')]];
}

function wrongRelay({ command, state, power, on, off }: NewForm, t: Words['t']): Wrong {
  const topic = (text: string) => (text === '' || TOPIC.test(text) ? null : t('new.topic.wrong'));
  const isPair = on !== '' && off !== '' && on.length <= 64 && off.length <= 64;
  return [
    ['command', command === '' ? t('form.missing') : topic(command)],
    ['state', topic(state)],
    ['power', topic(power)],
    ['on', isPair && on.toLowerCase() !== off.toLowerCase() ? null : t('new.relay.words.wrong')],
  ];
}

function wrongMeter({ path, powerPath, energyPath }: NewForm, t: Words['t']): Wrong {
  const isWhere = powerPath !== '' || energyPath !== '';
  return [
    ['path', path === '' || PATH.test(path) ? null : t('new.meter.path.wrong')],
    ['powerPath', path === '' || isWhere ? null : t('new.meter.where')],
  ];
}

function relaySettings({ command, state, on, off, power }: NewForm): Record<string, unknown> {
  return {
    command,
    ...(state !== '' && { state }),
    words: { on, off },
    ...(power !== '' && { readings: [{ name: 'power_w', topic: power }] }),
  };
}

function meterSettings({ path, powerPath, energyPath, user, password }: NewForm): Record<string, unknown> {
  const values = {
    ...(powerPath !== '' && { power_w: { path: powerPath.slice(0, 128) } }),
    ...(energyPath !== '' && { energy_wh: { path: energyPath.slice(0, 128), factor: 1000 } }),
  };
  return {
    ...(path !== '' && { path }),
    ...(Object.keys(values).length > 0 && { values }),
    ...(user !== '' && { login: { user: user.slice(0, 128), password: password.slice(0, 128) } }),
  };
}

/** A topic of the household's own, without wildcards. */
const TOPIC = /^[^+#\0$][^+#\0]{0,127}$/;
const PATH = /^\/[^\s#]{0,254}$/;
