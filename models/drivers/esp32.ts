import type { Driver } from './driver.ts';

/** Sensors and gateways that post what they measure to `/device` and `/telemetry`. */
export const esp32: Driver = {
  family: 'esp32',
  capabilities: { read: 'push', switch: false },
  safeState: 'It only measures. What it posts while the hub is away is lost.',
};
