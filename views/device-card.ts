import type { LocalDay } from '../lib/local-day.ts';
import type { Device } from '../models/device.ts';
import { energyByDay, type MetersDeps, metersOf } from '../models/device-figures.ts';
import type { DeviceHealth, Health } from '../models/device-health.ts';
import type { DeviceStates } from '../models/device-states.ts';
import type { Driver } from '../models/drivers/driver.ts';
import type { Input } from '../models/input.ts';
import type { LiveModel } from '../models/live.ts';
import { readMeterName } from '../models/meter-names.ts';
import { hasSwitch } from '../models/switchable.ts';
import type { Series } from '../models/timeseries/series.ts';
import { isNote, readingName } from './device-reading.ts';
import { NOTHING } from './format.ts';
import type { Words } from './page.ts';

export interface CardDeps extends MetersDeps {
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly states: Pick<DeviceStates, 'desired' | 'reported'>;
  readonly deviceHealth: Pick<DeviceHealth, 'of'>;
  readonly live: Pick<LiveModel, 'get'>;
  readonly series: Pick<Series, 'meta' | 'scan' | 'windows'>;
}

/** Whether a device is there: its shape, its words and, where it is lost, what to try. */
export interface Presence {
  readonly state: 'live' | 'late' | 'lost' | 'new' | 'off';
  readonly look: '' | ' on' | ' late' | ' lost';
  readonly words: string;
  /** Why it does not answer; null where it does, or where nobody knows. */
  readonly why: Why | null;
}

/** The kind of failure in the reader's words, and what the driver or the plug-in adds in its own, which are English. */
export interface Why {
  readonly words: string;
  readonly detail: string | null;
}

/** The switch of a device as its page may show it. */
export interface SwitchView {
  /** `unknown`: it has not said whether it is on. `none`: it has no switch, or is not to be touched. */
  readonly kind: 'switch' | 'unknown' | 'none';
  readonly on: boolean;
  /** It was asked just now and has not answered yet. */
  readonly busy: boolean;
  /** Since when it is so, or how what is wanted differs from what it says; '' where there is nothing to say. */
  readonly words: string;
  readonly differs: boolean;
}

/** One device as its card and its row on the dashboard show it; the energy of `day` is only looked up where it is asked for. */
export async function cardOf(deps: CardDeps, device: Device, day: LocalDay | null, words: Words) {
  const meters = metersOf(deps, device);
  const [today = null] = day ? await energyByDay(deps.series, meters, [day], Math.floor(words.now / 1000)) : [];
  const presence = presenceOf(deps, device, words);
  const { power } = meters;
  const lost = presence.state === 'lost';
  const was = power && power.time !== null ? { ...power, time: power.time } : null;
  return {
    id: device.id,
    name: device.name,
    room: device.room,
    presence,
    switch: switchOf(deps, device, words),
    watts: lost ? null : (power?.value ?? null),
    power: power && {
      ...words.quantity(lost ? null : power.value, 'W'),
      unit: words.quantity(power.value, 'W').unit,
      input: power.id,
      time: power.time,
      live: presence.state === 'live',
    },
    today: today === null ? NOTHING : words.energy(today),
    measures: power ? null : measuredBy(meters.inputs, presence, words),
    counts: meters.powerFeed !== null || meters.energyFeed !== null || device.family === '',
    was:
      lost && was
        ? words.t('device.was', { power: phrase(was.value, words), time: words.moment(was.time * 1000) })
        : null,
  };
}

export type Card = Awaited<ReturnType<typeof cardOf>>;

/** How a device does, by when it was last heard. */
export function presenceOf({ deviceHealth, live, inputs, drivers }: CardDeps, device: Device, words: Words): Presence {
  const { t, now } = words;
  if (!device.enabled) return { state: 'off', look: '', words: t('device.disabled'), why: null };
  const health = deviceHealth.of(device.id);
  const why = whyOf(device, health, words);
  if (health.state === 'offline') {
    const since = (health.since ?? now / 1000) * 1000;
    return { state: 'lost', look: ' lost', words: t('device.lost', { time: words.moment(since) }), why };
  }
  const arrivals = inputs.list(device.account, device.node).map(({ id }) => live.get('input', id)?.at ?? 0);
  const heard = Math.max((health.heard ?? 0) * 1000, ...arrivals);
  if (heard === 0) return { state: 'new', look: '', words: t('device.new'), why };
  const interval = device.interval ?? drivers.get(device.family)?.interval ?? USUAL_S;
  if (now - heard <= MISSED * Math.max(USUAL_S, interval) * 1000)
    return { state: 'live', look: ' on', words: t('state.live'), why };
  return { state: 'late', look: ' late', words: t('pulse.heard', { ago: words.ago((now - heard) / 1000) }), why };
}

/** The switch as the device reported it, beside what is wanted of it. */
export function switchOf({ drivers, states }: CardDeps, device: Device, words: Words): SwitchView {
  const { t, now, moment } = words;
  const can = device.enabled && hasSwitch(drivers, device);
  if (!can) return { kind: 'none', on: false, busy: false, words: '', differs: false };
  const desired = states.desired(device.id);
  const reported = states.reported(device.id);
  const on = reported?.on ?? null;
  const differs = desired !== null && desired.on !== on;
  const busy = differs && now - desired.at * 1000 < ANSWER_MS;
  const said = on === null ? 'silent' : on ? 'on' : 'off';
  const kind = on === null ? 'unknown' : 'switch';
  if (busy)
    return { kind, on: on === true, busy, differs, words: t(desired.on ? 'device.goes.on' : 'device.goes.off') };
  if (differs) {
    const wish = t(desired.on ? 'device.should.on' : 'device.should.off', { time: moment(desired.at * 1000) });
    return { kind, on: on === true, busy, differs, words: `${wish} ${t(`device.says.${said}`)}` };
  }
  const since = desired?.reached === undefined ? null : moment(desired.reached * 1000);
  const least = reported?.changed ? `device.since.${said}` : `device.since.least.${said}`;
  const quiet = reported ? t(least, { time: moment(reported.since * 1000) }) : t('device.says.silent');
  return {
    kind,
    on: on === true,
    busy,
    differs,
    words: since === null ? quiet : t(`device.since.${said}`, { time: since }),
  };
}

/** Why the last reading failed, beside what the driver or the plug-in says where that tells more. */
function whyOf({ family }: Device, { recent, valid }: Health, { t }: Words): Why | null {
  const last = recent.at(-1);
  if (!last) return valid === false ? { words: t('device.reading.is_valid.no'), detail: null } : null;
  const own = family.startsWith('plugin:') || OWN_WORDS.has(last.fault);
  // It is about a reading, not about its switch.
  const fault = last.fault === 'unsupported' ? 'unread' : last.fault.replace(' ', '-');
  return { words: t(`device.fault.${fault}`), detail: own ? last.message : null };
}

/** The first figure of a device that measures something else than power. */
function measuredBy(inputs: readonly Input[], { state }: Presence, words: Words) {
  const figures = inputs.filter(({ name, time, value }) => time !== null && value !== null && !isNote(name));
  const first = figures.find(({ name }) => readMeterName(name).unit !== '') ?? figures[0];
  if (!first) return null;
  const { unit: rawUnit } = readMeterName(first.name);
  const shown = words.quantity(state === 'lost' ? null : first.value, rawUnit);
  return { ...shown, rawUnit, input: first.id, time: first.time, name: readingName(first.name, words) };
}

const OWN_WORDS: ReadonlySet<string> = new Set(['answer', 'garbled', 'unsupported']);

/** A device that is asked answers within some seconds; until then nothing is amiss. */
const ANSWER_MS = 8000;
const MISSED = 3;
const USUAL_S = 20;

function phrase(value: number | null, { quantity }: Words): string {
  const { figure, unit } = quantity(value, 'W');
  return `${figure} ${unit}`;
}
