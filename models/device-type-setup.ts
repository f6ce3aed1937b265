import type { Device, DeviceModel } from './device.ts';
import type { DeviceSetup } from './device-setup.ts';
import { TEMPLATES } from './device-templates/catalogue.ts';
import { versionOf } from './device-templates/version.ts';

/** Sets a device up by the template of its type, once: afterwards its inputs and feeds are the household's to change. */
export async function setUpByType(
  { setup, devices }: { setup: Pick<DeviceSetup, 'setUp'>; devices: Pick<DeviceModel, 'set'> },
  device: Device,
): Promise<void> {
  const template = TEMPLATES.get(device.type);
  if (!template || device.template === device.type) return;
  await setup.setUp(device, template);
  await devices.set(device.id, { template: device.type, templateVersion: versionOf(template) });
}
