import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AuditModel } from '../../models/audit.ts';
import type { LoginModel } from '../../models/login.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface LoginsApiDeps {
  readonly logins: LoginModel;
  readonly audit: AuditModel;
  readonly actorOf: (who: Who | null) => string;
}

export const loginPath = z.object({ id: z.coerce.number().int().positive() });

export const loginAnswer = z.object({
  id: z.number().int(),
  device: z.number().int(),
  username: z.string(),
  filters: z.array(z.string()).readonly().describe('The MQTT filters it may publish and subscribe below'),
  created: z.number().int(),
  revoked: z.number().int().nullable(),
});

export const auditAnswer = z.object({
  id: z.number().int(),
  at: z.number().int().describe('Unix seconds'),
  actor: z.string(),
  action: z.string(),
  device: z.number().int().nullable(),
  detail: z.string(),
});

/** `/api/v1/logins` and `/api/v1/audit`: the devices' own ways onto the broker, and who did what to devices. */
export function loginsApi({ logins, audit, actorOf }: LoginsApiDeps) {
  return {
    list(req: Request, res: Response): void {
      res.json({ logins: logins.list((req.who as Who).account).map(answer) });
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
