import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { AuditModel } from '../../models/audit.ts';
import type { Device, DeviceModel } from '../../models/device.ts';
import { plainName, refused } from '../../models/device-rules.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import type { Driver, Found, Ports } from '../../models/drivers/driver.ts';
import { pluginFamily } from '../../models/drivers/plugin.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface PluginsApiDeps {
  /** What is in the plug-ins' folder and how it does. */
  plugins: () => readonly z.infer<typeof pluginAnswer>[];
  devices: Pick<DeviceModel, 'adopt'>;
  drivers: ReadonlyMap<string, Driver>;
  ports: Ports;
  clock: Clock;
  audit: Pick<AuditModel, 'note'>;
  /** What the audit trail calls the caller. */
  actorOf: (who: Who | null) => string;
}

export const pluginAnswer = z.object({
  file: z.string(),
  type: z.string().nullable(),
  state: z.enum(['ready', 'paused', 'failed']),
  switch: z.boolean().describe('Whether its devices can be switched'),
  error: z.string().nullable().describe('What last went wrong, until something went well; show it as text'),
  errorAt: z.number().int().nullable().describe('Unix seconds'),
});

export const pluginDeviceBody = z.object({
  type: z.string().max(40).describe('The plug-in’s'),
  name: z.string().min(1).max(64),
  address: z
    .string()
    .regex(/^[\w.:[\]%-]{1,128}$/)
    .describe('host or host:port'),
  identity: z
    .string()
    .regex(/^[\w.:/+@-]{1,128}$/)
    .optional()
    .describe('MAC address or the maker’s id; the device is asked where its plug-in can, else it goes by its name'),
  room: z.string().max(64).optional(),
  settings: z.record(z.string(), z.unknown()).default({}).describe('Whatever the plug-in reads of device.settings'),
});

export const pluginDeviceAnswer = z.object({ id: z.number().int(), node: z.string(), name: z.string() });

/** `/api/v1/plugins`: the household's own kinds of devices. */
export function pluginsApi({ plugins, devices, drivers, ports, clock, audit, actorOf }: PluginsApiDeps) {
  return {
    list(_req: Request, res: Response): void {
      res.json({ plugins: plugins() });
    },

    /** Nobody finds these devices: a person says where they are. */
    async add(req: Request, res: Response): Promise<void> {
      const who = req.who as Who;
      const { account } = who;
      const wish = parsed(pluginDeviceBody, req.body ?? {});
      const family = pluginFamily(wish.type);
      const driver = drivers.get(family);
      if (!driver)
        throw new HubError('HUB_NOT_FOUND', { sentence: `There is no plug-in for ${plainName(wish.type)}.` });
      const { name, address, settings, room } = wish;
      const known = wish.identity === undefined ? await identified(driver, address, ports) : null;
      const identity =
        wish.identity ??
        known?.identity ??
        plainName(name)
          .toLowerCase()
          .replace(/[^\w.:-]+/g, '_');
      const { model = '', type = 'plug' } = known ?? {};
      const found: Found = { family, identity, address, model, name, type, settings, supported: true };
      const made: Device = await devices.adopt(account, found, { name, now: clock.seconds(), ...(room && { room }) });
      const entry = { actor: actorOf(who), action: 'device approved', device: made.id };
      audit.note(account, { ...entry, detail: `${family} ${identity} at ${address}` });
      res.status(201).json({ id: made.id, node: made.node, name: made.name });
    },
  };
}

async function identified(driver: Driver, address: string, ports: Ports): Promise<Found | null> {
  if (!driver.identify) return null;
  try {
    return await driver.identify(address, ports);
  } catch (error) {
    if (error instanceof DeviceError) throw refused(error.message);
    throw error;
  }
}
