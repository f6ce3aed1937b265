import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditModel } from '../../models/audit.ts';
import { type DeviceModel, ownDevice } from '../../models/device.ts';
import type { DeviceTemplates } from '../../models/device-templates.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface DeviceTemplateApiDeps {
  devices: Pick<DeviceModel, 'find'>;
  deviceTemplates: DeviceTemplates;
  audit: Pick<AuditModel, 'note'>;
  /** What the audit trail calls the caller. */
  actorOf: (who: Who | null) => string;
}

export const templatePath = z.object({ id: z.coerce.number().int().positive() });

export const templateBody = z.object({
  replace: z.boolean().default(false).describe('Put the template’s process lists in place of lists that differ'),
});

export const templateAnswer = z.object({
  templates: z.array(
    z.object({
      name: z.string().describe('automatic, or the type of an EmonCMS template'),
      version: z.string().nullable().describe('The version the device was set up by'),
      current: z.string(),
      offered: z.boolean().describe('Whether a later version waits for a person’s word'),
      feeds: z.array(z.string()).describe('Feeds it would make'),
      inputs: z.array(
        z.object({
          name: z.string(),
          action: z.enum(['set', 'override']).describe('override: only with replace, the list there is differs'),
        }),
      ),
    }),
  ),
});

/** `/api/v1/devices/:id/template`: what a device was set up by, and setting it up again. */
export function deviceTemplateApi({ devices, deviceTemplates, audit, actorOf }: DeviceTemplateApiDeps) {
  const own = (req: Request) => ownDevice(devices, (req.who as Who).account, parsed(templatePath, req.params).id);
  return {
    show(req: Request, res: Response): void {
      res.json({ templates: deviceTemplates.of(own(req)) });
    },

    async apply(req: Request, res: Response): Promise<void> {
      const device = own(req);
      const wish = parsed(templateBody, req.body ?? {});
      await deviceTemplates.apply(device, wish);
      const detail = `${device.name}${wish.replace ? ', lists replaced' : ''}`;
      audit.note(device.account, { actor: actorOf(req.who), action: 'template applied', device: device.id, detail });
      res.json({ templates: deviceTemplates.of(devices.find(device.id) ?? device) });
    },
  };
}
