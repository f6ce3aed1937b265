import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { Forwarder } from '../models/esp32/forwarder.ts';
import { Sensors, type SensorsDeps } from '../models/esp32/sensors.ts';
import { UpstreamQueue } from '../models/esp32/upstream-queue.ts';
import type { Config } from './config.ts';
import { upstream } from './connections/upstream.ts';

export interface SensorModelsDeps extends Omit<SensorsDeps, 'forward'> {
  readonly config: Pick<Config, 'storage' | 'hostname' | 'telemetryUpstream'>;
  readonly clock: Clock;
}

/** What sensors post, and where it is passed on to. */
export interface SensorModels {
  readonly sensors: Sensors;
  /** Null where nothing is passed on. */
  readonly forwarder: Forwarder | null;
}

export async function createSensorModels({ config, ...deps }: SensorModelsDeps): Promise<SensorModels> {
  const forwarder = await createForwarder(config);
  const forward: SensorsDeps['forward'] = async (recorded) => await forwarder?.keep(recorded);
  const sensors = new Sensors({ ...deps, forward });
  await sensors.load();
  return { sensors, forwarder };
}

async function createForwarder({ storage, hostname, telemetryUpstream }: SensorModelsDeps['config']) {
  if (telemetryUpstream === null) return null;
  const queue = new UpstreamQueue(join(storage, 'upstream'));
  await queue.open();
  return new Forwarder({ queue, name: hostname, post: upstream(telemetryUpstream) });
}
