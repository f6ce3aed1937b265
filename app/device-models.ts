import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Random } from '../lib/random.ts';
import type { Database } from '../models/database.ts';
import type { Device, DeviceModel } from '../models/device.ts';
import { DeviceConfigure } from '../models/device-configure.ts';
import { DeviceFeeds } from '../models/device-feeds.ts';
import { DeviceHealth } from '../models/device-health.ts';
import { DeviceIntake } from '../models/device-intake.ts';
import { DeviceRecording } from '../models/device-recording.ts';
import { DeviceSetup } from '../models/device-setup.ts';
import { DeviceStates } from '../models/device-states.ts';
import type { DeviceTallies } from '../models/device-tallies.ts';
import { DeviceTemplates } from '../models/device-templates.ts';
import { DeviceTopics } from '../models/device-topics.ts';
import type { Driver, Ports } from '../models/drivers/driver.ts';
import type { FeedModel } from '../models/feed.ts';
import type { InputModel } from '../models/input.ts';
import { Commands } from '../models/iotoad/commands.ts';
import { Exchange } from '../models/iotoad/exchange.ts';
import { Queries } from '../models/iotoad/queries.ts';
import { SwitchLog } from '../models/switch-log.ts';
import type { Series } from '../models/timeseries/series.ts';
import type { UserModel } from '../models/user.ts';

export interface DeviceModelsDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly ports: Ports;
  readonly devices: DeviceModel;
  readonly inputs: InputModel;
  readonly feeds: FeedModel;
  readonly users: UserModel;
  readonly series: Pick<Series, 'meta' | 'scan'>;
  readonly tallies: Pick<DeviceTallies, 'count'>;
  readonly random: Random;
}

/** What devices say and what is wanted of them. */
export interface DeviceModels {
  readonly switches: SwitchLog;
  readonly states: DeviceStates;
  readonly deviceHealth: DeviceHealth;
  readonly deviceFeeds: DeviceFeeds;
  readonly intake: DeviceIntake;
  readonly deviceTopics: DeviceTopics;
  readonly deviceTemplates: DeviceTemplates;
  readonly configure: DeviceConfigure;
  readonly exchange: Exchange;
}

/** The models of devices in the order in which they need one another. */
export function createDeviceModels(deps: DeviceModelsDeps): DeviceModels {
  const switches = new SwitchLog(deps);
  const deviceHealth = new DeviceHealth(deps);
  const states = new DeviceStates({ ...deps, switches, health: deviceHealth });
  const setup = new DeviceSetup(deps);
  const recording = new DeviceRecording({ ...deps, setup, households: deps.users });
  const deviceFeeds = new DeviceFeeds({ ...deps, recording });
  const intake = new DeviceIntake({ ...deps, states, health: deviceHealth, feeds: deviceFeeds });
  const deviceTopics = new DeviceTopics(deps);
  const intervalOf = (device: Device) => deviceFeeds.intervalOf(device);
  const deviceTemplates = new DeviceTemplates({ ...deps, setup, recording, intervalOf });
  const configure = new DeviceConfigure(deps);
  const [commands, queries] = [new Commands({ ...deps, states }), new Queries(deps)];
  const exchange = new Exchange({ ...deps, mqtt: deps.ports.mqtt, commands, queries });
  intake.listen((_account, id) => {
    const device = deps.devices.find(id);
    if (!device?.place) return;
    const told = exchange.tell(device, intake.latest(id)?.values.power_w ?? null, states.reported(id)?.on ?? null);
    told.catch((error: unknown) => deps.log.debug({ err: error, device: id }, 'hooks could not be told'));
  });
  deps.devices.listen((_account, id) => {
    if (deps.devices.find(id)) return;
    intake.forget(id);
    switches
      .remove(id)
      .catch((error: unknown) => deps.log.warn({ err: error, device: id }, 'a log of switches stayed'));
  });
  return { switches, states, deviceHealth, deviceFeeds, intake, deviceTopics, deviceTemplates, configure, exchange };
}
