import { type Config, loadConfig } from '../../../app/config.ts';
import { type Hub, startHub } from '../../../app/hub.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import { type Random, systemRandom } from '../../../lib/random.ts';
import type { Found } from '../../../models/drivers/driver.ts';
import { parseSchedule, type Schedule } from '../../../models/schedule/schedule.ts';
import { withModels } from '../../demo/open-models.ts';
import { ZONE } from './prices.ts';

export const HEATER = { node: 'heater', watts: 2000, seconds: 3 * 3600, starts: 4 } as const;
export const WASHER = { node: 'washer', watts: 500, seconds: 6300, starts: 1 } as const;
export const CAR = {
  topic: 'openevse',
  id: '0a1b2c3d4e5f',
  watts: 32 * 230,
  capacityWh: 60_000,
  target: 0.8,
  starts: 6,
};

/** A household with its schedules, and the login of its devices. */
export interface Home {
  readonly key: string;
  readonly username: string;
  /** Its schedules by what they are of. */
  readonly schedules: Readonly<Record<'heater' | 'washer' | 'car', Schedule>>;
}

const USERNAME = 'home';

export function homeConfig(storage: string): Config {
  return loadConfig({
    HEARTH_STORAGE: storage,
    ...{ HEARTH_HTTP_HOST: '127.0.0.1', HEARTH_HTTP_PORT: '0' },
    ...{ HEARTH_MQTT_HOST: '127.0.0.1', HEARTH_MQTT_PORT: '0', HEARTH_MQTTS_PORT: '0' },
    ...{ HEARTH_BEACON_PORT: '0', HEARTH_PAIRING_PORT: '0', HEARTH_PRESENCE: '0' },
    ...{ HEARTH_LOOPBACK_DEVICES: '1', HEARTH_FSYNC_SECONDS: '300', HEARTH_TIMEZONE: ZONE },
  });
}

/** Chance that repeats with the seed; secrets stay secrets. */
export function chanceOf(fraction: () => number): Random {
  return { ...systemRandom, fraction };
}

/** A household with a water heater, a washing machine and a car, which goes by the prices that the server at `base` tells. */
export function furnishHome(config: Config, base: string, clock: Clock, random: Random): Promise<Home> {
  return withModels(
    config,
    async ({ users, devices, inputs, forecasts, schedules }) => {
      const form = { home: 'Replay', username: USERNAME, password: 'a-year-of-prices', email: '', timezone: ZONE };
      const made = await users.register({ ...form, language: 'en', address: '127.0.0.1', rule: 'household' });
      if (!made.ok) throw new Error(`The household could not be made: ${made.why}.`);
      const { account } = made.user;
      const now = clock.seconds();
      const adopt = async (found: Found, node: string) =>
        (await devices.adopt(account, found, { name: node, node, now })).id;
      const heater = await adopt(plug(HEATER.node), HEATER.node);
      const washer = await adopt(plug(WASHER.node), WASHER.node);
      const car = await adopt(charger(), 'car');
      await inputs.create(account, [{ node: 'vehicle', name: 'soc' }]);
      const soc = inputs.byName(account, 'vehicle', 'soc')?.id;
      await forecasts.add(account, { name: 'agile', provider: 'octopus-agile', params: { region: 'C', base } });
      const own = schedulesOf({ heater, washer, car }, soc ?? 0);
      for (const schedule of Object.values(own)) await schedules.create(account, schedule);
      return { key: made.keys.write, username: USERNAME, schedules: own };
    },
    { clock, random },
  );
}

/** A hub of this household that lives by this clock. */
export function startHome(config: Config, log: Log, clock: Clock, random: Random): Promise<Hub> {
  return startHub(config, log, { clock, random });
}

function schedulesOf(ids: Record<'heater' | 'washer' | 'car', number>, soc: number): Home['schedules'] {
  const mix = [{ source: 'agile', weight: 1 }];
  return {
    heater: parseSchedule({
      ...{ device: ids.heater, name: 'Hot water', mix, powerW: HEATER.watts, interruptible: true },
      ...{ need: { kind: 'time', seconds: HEATER.seconds }, readyBy: null, within: 86_400 },
      ...{ minRun: 1800, maxStarts: HEATER.starts },
    }),
    washer: parseSchedule({
      ...{ device: ids.washer, name: 'Washing', mix, powerW: WASHER.watts, interruptible: false },
      ...{ need: { kind: 'time', seconds: WASHER.seconds }, readyBy: '18:00', ahead: 10 * 3600 },
    }),
    car: parseSchedule({
      ...{ device: ids.car, name: 'Car', mix, powerW: CAR.watts, interruptible: true, readyBy: '08:00' },
      need: { kind: 'charge', capacityWh: CAR.capacityWh, target: CAR.target, current: { input: soc } },
      ...{ maxStarts: CAR.starts, repeat: { weekdays: [1, 2, 3, 4, 5] } },
    }),
  };
}

function plug(node: string): Found {
  const is = { family: 'emonesp', identity: node, address: null, model: 'EmonESP Smart plug', name: node };
  return { ...is, type: 'smartplug', supported: true, settings: {} };
}

function charger(): Found {
  const is = { family: 'openevse4', identity: CAR.id, address: null, model: 'OpenEVSE', name: 'Car' };
  return { ...is, type: 'charger', supported: true, settings: { topic: CAR.topic } };
}
