import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditModel } from '../../models/audit.ts';
import { type DeviceModel, ownDevice } from '../../models/device.ts';
import type { Driver } from '../../models/drivers/driver.ts';
import type { LoginModel } from '../../models/login.ts';
import { filtersOf } from '../../models/login-filters.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface LoginsApiDeps {
  readonly logins: LoginModel;
  readonly audit: AuditModel;
  readonly devices: Pick<DeviceModel, 'find' | 'list'>;
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly actorOf: (who: Who | null) => string;
}

export const loginForm = z.object({ device: z.number().int().positive() });

export const loginPath = z.object({ id: z.coerce.number().int().positive() });

export const loginAnswer = z.object({
  id: z.number().int(),
  device: z.number().int(),
  username: z.string(),
  filters: z.array(z.string()).readonly().describe('The MQTT filters it may publish and subscribe below'),
  created: z.number().int(),
  revoked: z.number().int().nullable(),
});

export const credentialAnswer = loginAnswer.extend({ password: z.string().describe('Told this once') });

export const auditAnswer = z.object({
  id: z.number().int(),
  at: z.number().int().describe('Unix seconds'),
  actor: z.string(),
  action: z.string(),
  device: z.number().int().nullable(),
  detail: z.string(),
});

/** `/api/v1/logins` and `/api/v1/audit`: the devices' own ways onto the broker, and who did what to devices. */
export function loginsApi({ logins, audit, devices, drivers, actorOf }: LoginsApiDeps) {
  return {
    list(req: Request, res: Response): void {
      res.json({ logins: logins.list((req.who as Who).account).map(answer) });
    },

    /** For a device that a person sets up by hand. The login it had before is over. */
    async make(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const device = ownDevice(devices, account, parsed(loginForm, req.body ?? {}).device);
      const { login, secret } = await logins.make(
        account,
        device.id,
        filtersOf(device, drivers, devices.list(account)),
      );
      const entry = { actor: actorOf(req.who), action: 'login made', device: device.id, detail: login.username };
      audit.note(account, entry);
      res
        .status(201)
        .set('Cache-Control', 'no-store')
        .json({ ...answer(login), password: secret });
    },

    /** Its connection is cut at once. */
    async revoke(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { id } = parsed(loginPath, req.params);
      const login = await logins.revoke(account, id);
      const entry = { actor: actorOf(req.who), action: 'login revoked', device: login.device, detail: login.username };
      audit.note(account, entry);
      res.json(answer(login));
    },

    async audit(req: Request, res: Response): Promise<void> {
      res.json({ entries: await audit.list((req.who as Who).account) });
    },
  };
}

function answer({ id, device, username, filters, created, revoked }: ReturnType<LoginModel['list']>[number]) {
  return { id, device, username, filters, created, revoked } satisfies z.infer<typeof loginAnswer>;
}
