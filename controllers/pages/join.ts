import type { Request, Response } from 'express';
import { TIME_ZONES } from '../../models/time-zones.ts';
import type { UserModel } from '../../models/user.ts';
import { secretOf } from './forgotten.ts';
import { fresh, line, parseForm, refusalAt, refuse, secret, seeOther } from './form.ts';
import { expired } from './problem.ts';

export interface JoinDeps {
  readonly users: Pick<UserModel, 'invitation' | 'acceptInvitation' | 'account'>;
}

/** GET and POST /join/:secret: an invited person takes their place. */
export function joinPages({ users }: JoinDeps) {
  return {
    async show(req: Request, res: Response): Promise<void> {
      const invitation = await users.invitation(secretOf(req));
      if (!invitation) return expired(res);
      const timezone = users.account(invitation.account)?.timezone ?? 'UTC';
      const username = invitation.name.replace(/[^A-Za-z0-9]/g, '');
      const values = { username, email: '', timezone, language: res.words().language };
      page(res, { ...fresh(username === '' ? 'username' : 'password'), ...invitation, values });
    },

    async accept(req: Request, res: Response): Promise<void> {
      const invitation = await users.invitation(secretOf(req));
      if (!invitation) return expired(res);
      const form = parseForm(req, FIELDS);
      const joined = await users.acceptInvitation(secretOf(req), form);
      if (joined.ok) {
        await req.signIn(joined.user.id, { remember: true });
        return seeOther(res, '/');
      }
      if (joined.why === 'link-used') return expired(res);
      page(res, { ...refuse(res, refusalAt(res, joined.why)), ...invitation, values: form });
    },
  };
}

const FIELDS = { username: line, password: secret, email: line, timezone: line, language: line };

function page(res: Response, data: Record<string, unknown>): void {
  const title = res.words().t('join.title');
  res.set('Cache-Control', 'no-store').page('join', { title, zones: TIME_ZONES, ...data });
}
