import { loadConfig } from '../../app/config.ts';
import type { Models } from '../../app/models.ts';
import { systemClock as clock } from '../../lib/clock.ts';
import { AUTOMATIC, AUTOMATIC_VERSION, automaticTemplate } from '../../models/device-templates/automatic.ts';
import type { Series } from '../../models/timeseries/series.ts';
import { type Track, writeHistory } from './history.ts';
import { HOUSEHOLD, MEMBERS, type Member, SEED } from './house.ts';
import { withModels } from './open-models.ts';
import { PRICE_STEP, PRICES_AHEAD, penceAt } from './prices.ts';
import { realDay } from './real-day.ts';
import { setSchedules, setTariff } from './schedules.ts';
import { type Shapes, shapes } from './shapes.ts';

const DAY = 86_400;
/** Seconds between the points of the meter's feeds and of the devices'. */
const METER_STEP = 60;
const DEVICE_STEP = 300;

/** Makes the household, lets its devices in and writes their past, straight through the engine while no door is open. Its write key. */
export async function furnish(storage: string, days: number): Promise<string> {
  const config = loadConfig({ HEARTH_STORAGE: storage, HEARTH_LOG_LEVEL: 'warn' });
  return await withModels(config, (models, series) => settle(models, series, days));
}

async function settle(models: Models, series: Series, days: number): Promise<string> {
  const { home, username, password, zone: timezone } = HOUSEHOLD;
  const form = { home, username, password, email: '', timezone, language: 'en', address: '127.0.0.1' };
  const made = await models.users.register({ ...form, rule: 'household' });
  if (!made.ok) throw new Error(`The household could not be made: ${made.why}.`);
  const account = made.user.account;
  const own = shapes(SEED);
  const end = clock.seconds();
  const start = Math.floor((end - days * DAY) / DAY) * DAY;
  const tracks = [...(await meterTracks(models, account, own, end))];
  const ids = new Map<Member['shape'], number>();
  for (const member of MEMBERS) {
    const { id, tracks: past } = await letIn(models, account, member, own);
    ids.set(member.shape, id);
    tracks.push(...past);
  }
  const prices = { feed: await setTariff(models, account), step: PRICE_STEP, value: penceAt };
  await writeHistory(series, tracks, start, end);
  await writeHistory(series, [prices], start, end + PRICES_AHEAD);
  await setSchedules(models, account, ids);
  return made.keys.write;
}

/** The last day is the real one, from which the meter goes on live. */
async function meterTracks(
  { feeds, inputs, users }: Models,
  account: number,
  own: Shapes,
  end: number,
): Promise<Track[]> {
  const real = realDay();
  const since = Math.floor((end - DAY) / DAY) * DAY;
  const feed = (name: string, unit: string) =>
    feeds.create(account, { name, tag: 'meter', engine: 5, interval: METER_STEP, unit });
  const [power, energy] = [await feed('active_power', 'W'), await feed('active_power_kwh', 'kWh')];
  await inputs.create(account, [{ node: 'meter', name: 'active_power' }]);
  await list(inputs, account, 'meter', 'active_power', [
    { key: 'process__log_to_feed', args: [String(power)] },
    { key: 'process__power_to_kwh', args: [String(energy)] },
  ]);
  await users.setAccount(account, { powerFeed: power, energyFeed: energy });
  const watts = (time: number) => (time >= since ? real(time).watts + own.large(time) : own.house(time));
  return [{ feed: power, sums: energy, step: METER_STEP, value: watts }];
}

async function letIn(models: Models, account: number, member: Member, own: Shapes) {
  const { devices, setup, feeds, inputs } = models;
  const { name, room, place, node, found, names, shape } = member;
  const device = await devices.adopt(account, found, { name, room, place, node, now: clock.seconds() });
  const { id } = device;
  if (shape === 'attic') return { id, tracks: await climate(models, account, node, own) };
  await setup.setUp(device, automaticTemplate(new Set(names), node, DEVICE_STEP));
  const recorded = { names, version: AUTOMATIC_VERSION };
  const settings = { ...device.settings, recorded };
  await devices.set(device.id, { template: AUTOMATIC, templateVersion: AUTOMATIC_VERSION, settings });
  const feed = (what: string) => feeds.byName(account, node, what)?.id;
  const [power, energy, daily] = [feed('power_w'), feed('energy_kwh'), feed('energy_kwhd')];
  if (power === undefined || energy === undefined) return { id, tracks: [] };
  await inputs.create(account, [{ node, name: 'energy_kwh' }]);
  const past: Track = { feed: power, sums: energy, ...(daily ? { daily } : {}), step: DEVICE_STEP, value: own[shape] };
  return { id, tracks: [past] };
}

async function climate({ feeds, inputs }: Models, account: number, node: string, own: Shapes): Promise<Track[]> {
  const tracks: Track[] = [];
  for (const [name, unit, value] of [
    ['temperature', '°C', own.attic],
    ['humidity', '%', own.humidity],
  ] as const) {
    const feed = await feeds.create(account, { name, tag: node, engine: 5, interval: DEVICE_STEP, unit });
    await inputs.create(account, [{ node, name }]);
    await list(inputs, account, node, name, [{ key: 'process__log_to_feed', args: [String(feed)] }]);
    tracks.push({ feed, step: DEVICE_STEP, value: (time) => Math.round(value(time)) });
  }
  return tracks;
}

async function list(
  inputs: Models['inputs'],
  account: number,
  node: string,
  name: string,
  steps: readonly { key: string; args: string[] }[],
): Promise<void> {
  const input = inputs.byName(account, node, name);
  if (input) await inputs.setProcessList(account, input.id, steps);
}
