import { type LocalDay, localDay } from '../lib/local-day.ts';
import type { Device } from '../models/device.ts';
import { energyByDay, metersOf } from '../models/device-figures.ts';
import { type Curve, curveOf, peakOf } from '../models/house-curve.ts';
import { readMeterName } from '../models/meter-names.ts';
import type { SwitchEntry } from '../models/switch-log.ts';
import { drawBars } from './device-bars.ts';
import { type CardDeps, cardOf } from './device-card.ts';
import { readingName, readingSentence } from './device-reading.ts';
import { heardWords, isLive } from './feed-rows.ts';
import { NOTHING } from './format.ts';
import { homeCurve } from './home-curve.ts';
import type { Words } from './page.ts';

export interface DeviceViewDeps extends CardDeps {
  readonly users: { account(id: number): { readonly timezone: string } | undefined };
  readonly switches: { list(device: number, limit?: number): Promise<SwitchEntry[]> };
}

/** What views/device.ejs prints of one device: figures, the last 24 hours, energy by day, its log. */
export async function devicePage(deps: DeviceViewDeps, device: Device, words: Words) {
  const days = daysOf(words.now / 1000, deps.users.account(device.account)?.timezone ?? words.zone);
  const meters = metersOf(deps, device);
  const [card, energy, curve, log] = await Promise.all([
    cardOf(deps, device, days.at(-1) as LocalDay, words),
    energyByDay(deps.series, meters, days, Math.floor(words.now / 1000)),
    curveOf(deps.series, meters.powerFeed, Math.floor(words.now / 1000)),
    deps.switches.list(device.id, LOG_ROWS),
  ]);
  const driver = deps.drivers.get(device.family);
  return {
    card,
    readings: meters.inputs.filter(({ time }) => time !== null).map((input) => readingOf(deps, input, words)),
    graph: meters.powerFeed === null ? null : `/graph?feed=${meters.powerFeed}`,
    curve: curve.windows.length === 0 ? null : curveView(curve, card.presence.state === 'live', words),
    energy: energy.every((kWh) => kWh === null) ? null : energyView(days, energy, words),
    log: log.map((entry) => logRow(entry, words)),
    safeState: driver ? safeView(driver.safeState, words) : null,
  };
}

const DAYS = 14;
const LOG_ROWS = 30;

/** The last days to the one that holds `now`, oldest first. */
function daysOf(now: number, zone: string): LocalDay[] {
  const days: LocalDay[] = [];
  for (let at = now; days.length < DAYS; at = (days[0] as LocalDay).start - 1) days.unshift(localDay(at, zone));
  return days;
}

function curveView(curve: Curve, live: boolean, words: Words) {
  const anchor = Math.floor(words.now / 1000);
  return homeCurve({ curve, peak: peakOf(curve), anchor, state: live ? 'live' : 'stale' }, words);
}

function energyView(days: readonly LocalDay[], energy: readonly (number | null)[], words: Words) {
  const rows = days.map(({ start }, i) => ({ start, kWh: energy[i] ?? null }));
  const known = rows.flatMap(({ kWh }) => (kWh === null ? [] : [kWh]));
  const sum = words.energy(known.reduce((all, kWh) => all + kWh, 0));
  const note = words.t('device.energy.note', { sum, count: known.length });
  return {
    note,
    svg: drawBars(rows, note, words),
    rows: rows
      .map(({ start, kWh }) => ({ day: words.day(start * 1000), kWh: kWh === null ? NOTHING : words.number(kWh, 2) }))
      .reverse(),
  };
}

function readingOf(
  { live }: CardDeps,
  input: { id: number; name: string; time: number | null; value: number | null },
  words: Words,
) {
  const rawUnit = readMeterName(input.name).unit;
  const heardAt = live.get('input', input.id)?.at;
  const last = input.time === null ? undefined : { time: input.time, value: input.value };
  return {
    ...words.quantity(input.value, rawUnit),
    id: input.id,
    name: readingName(input.name, words),
    sentence: readingSentence(input.name, input.value, words),
    rawUnit,
    time: input.time,
    live: isLive(20, heardAt, words.now),
    heard: heardWords({ last, heardAt }, words),
  };
}

/** `own`: in the words of a plug-in, which are not the reader's. */
function safeView(sentence: string, { told }: Words) {
  const said = told('safe', sentence);
  return { words: said ?? sentence, own: said === null };
}

/** Who or what switched it, in the reader's words where the hub itself wrote them. */
function logRow({ at, on, who, why, outcome }: SwitchEntry, words: Words) {
  const { t, has, told } = words;
  const again = why.startsWith(AGAIN);
  const cause = again ? why.slice(AGAIN.length) : why;
  const reasons = [again ? t('device.log.again') : '', cause === PRESSED ? '' : (told('log', cause) ?? cause)].filter(
    Boolean,
  );
  const fault = `device.fault.${outcome.replace(' ', '-')}`;
  return {
    time: words.moment(at * 1000),
    did: t(on ? 'device.log.on' : 'device.log.off'),
    who: whoIn(who, words),
    why: reasons.join(', ') || NOTHING,
    outcome: outcome === 'done' ? t('device.log.done') : has(fault) ? t(fault) : outcome,
    failed: outcome !== 'done',
  };
}

function whoIn(who: string, { t }: Words): string {
  if (who === 'API key') return t('trail.key');
  return who === 'button' || who === 'schedule' ? t(`device.log.${who}`) : who;
}

/** As models/device-states.ts writes them. */
const AGAIN = 'sent again: ';
const PRESSED = 'switched at the device';
