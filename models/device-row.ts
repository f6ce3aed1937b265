import type { Selectable } from 'kysely';
import type { DevicesTable } from './database.ts';
import type { Desired, Device } from './device-record.ts';

type DeviceRow = Selectable<DevicesTable>;

export function deviceOf(row: DeviceRow): Device {
  const { devicekey, settings, enabled, desired, template_version, ...same } = row;
  return {
    ...same,
    key: devicekey,
    settings: objectOf(settings) ?? {},
    enabled: enabled === 1,
    desired: objectOf(desired) as Desired | null,
    templateVersion: template_version,
  };
}

export function columnsOf(device: Omit<Device, 'id'>): Omit<DeviceRow, 'id'> {
  const { account, node, name, description, type, ip, family, identity, address, room, place, interval } = device;
  return {
    ...{ account, node, name, description, type, ip, family, identity, address, room, place, interval },
    devicekey: device.key,
    settings: JSON.stringify(device.settings),
    enabled: device.enabled ? 1 : 0,
    desired: device.desired && JSON.stringify(device.desired),
    template: device.template,
    template_version: device.templateVersion,
    created: device.created,
  };
}

function objectOf(text: string | null): Record<string, unknown> | null {
  return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
}
