import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import { addByHand, type ByHandDeps } from '../../models/device-by-hand.ts';
import { plainName } from '../../models/device-rules.ts';
import { pluginFamily } from '../../models/drivers/plugin.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface PluginsApiDeps extends ByHandDeps {
  /** What is in the plug-ins' folder and how it does. */
  plugins: () => readonly z.infer<typeof pluginAnswer>[];
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
export function pluginsApi(deps: PluginsApiDeps) {
  return {
    list(_req: Request, res: Response): void {
      res.json({ plugins: deps.plugins() });
    },

    /** Nobody finds these devices: a person says where they are. */
    async add(req: Request, res: Response): Promise<void> {
      const who = req.who as Who;
      const { type, room, identity, ...wish } = parsed(pluginDeviceBody, req.body ?? {});
      const family = pluginFamily(type);
      if (!deps.drivers.has(family))
        throw new HubError('HUB_NOT_FOUND', { sentence: `There is no plug-in for ${plainName(type)}.` });
      const known = { ...(room && { room }), ...(identity !== undefined && { identity }) };
      const made = await addByHand(deps, who.account, { ...wish, ...known, family, type: 'plug' }, deps.actorOf(who));
      res.status(201).json({ id: made.id, node: made.node, name: made.name });
    },
  };
}
