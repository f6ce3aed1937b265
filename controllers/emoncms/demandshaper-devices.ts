import type { Device, DeviceModel } from '../../models/device.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import { hasSwitch } from '../../models/switchable.ts';
import type { Action, Call, Reply } from './call.ts';
import { argument } from './demandshaper-forecast.ts';
import { accountOf } from './input-door.ts';

export interface ShaperDevicesDeps {
  readonly devices: DeviceModel;
  readonly drivers: ReadonlyMap<string, Driver>;
}

/** The household's devices that the demand shaper knows: those that can be switched. */
export function switchable({ devices, drivers }: ShaperDevicesDeps, call: Call): Device[] {
  return devices.list(accountOf(call)).filter((device) => hasSwitch(drivers, device));
}

/** An action on the household's device that `device` names by its node. */
export function oneOf(devices: DeviceModel) {
  return (action: (device: Device, call: Call) => Promise<Reply> | Reply, none: Reply): Action =>
    (call) => {
      const device = devices.byNode(accountOf(call), argument(call, 'device') ?? '');
      return device ? action(device, call) : none;
    };
}
