import { type Clock, sleep } from '../../lib/clock.ts';
import { type Device, refOf } from '../../models/device.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { Driver, Ports } from '../../models/drivers/driver.ts';

export interface AskedStateDeps {
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly ports: Ports;
  readonly states: Pick<DeviceStates, 'reported'>;
  readonly clock: Clock;
}

/** What the device says of itself when it is asked now, or said last where it cannot be asked; null where it does not answer. */
export async function askedState({ drivers, ports, states, clock }: AskedStateDeps, device: Device) {
  const driver = drivers.get(device.family);
  const before = states.reported(device.id);
  const ref = refOf(device);
  if (!ref || !driver?.refresh || !device.enabled) return before;
  const until = clock.monotonic() + ANSWER_MS;
  try {
    await driver.refresh(ref, ports);
  } catch {
    return null;
  }
  // Each report is kept as a value of its own.
  while (states.reported(device.id) === before && clock.monotonic() < until) await sleep(clock, LOOK_MS);
  const after = states.reported(device.id);
  return after === before ? null : after;
}

/** A device has so long to answer, and is looked at so often. */
const ANSWER_MS = 3000;
const LOOK_MS = 50;
