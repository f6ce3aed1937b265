import type { Driver } from './driver.ts';

/** Programs that write in InfluxDB's line protocol to `/write`, such as Telegraf: a measurement of a host each. */
export const influx: Driver = {
  family: 'influx',
  capabilities: { read: 'push', switch: false },
  safeState: 'It only measures. What it writes while the hub is away it keeps or loses as it is set up.',
};
