import type { Request } from 'express';
import { type Device, type DeviceModel, ownDevice } from '../../models/device.ts';
import { idOf, readerOf } from './reader.ts';

/** The household's own device that the path names. Throws HUB_DEVICE_NOT_FOUND for others, as if there were none. */
export function ownDeviceOf(devices: Pick<DeviceModel, 'find'>, req: Request): Device {
  return ownDevice(devices, readerOf(req).account, idOf(req));
}
