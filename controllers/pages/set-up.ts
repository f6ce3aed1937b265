import type { Request, Response } from 'express';
import { TIME_ZONES } from '../../models/time-zones.ts';
import type { UserModel } from '../../models/user.ts';
import { fresh, line, parseForm, refusalAt, refuse, secret, seeOther } from './form.ts';

export interface SetUpDeps {
  readonly users: Pick<UserModel, 'isEmpty' | 'openRegistration' | 'register'>;
  /** The zone to begin with, where the browser has no script to say its own. */
  readonly timezone: string;
}

/** GET and POST /set-up: the household's account, on the first visit; where registration is open, another one. */
export function setUpPages({ users, timezone }: SetUpDeps) {
  const open = (): boolean => users.isEmpty() || users.openRegistration;

  return {
    show(_req: Request, res: Response) {
      if (!open()) return seeOther(res, '/');
      const values = { home: '', username: '', email: '', timezone, language: res.words().language };
      page(res, { ...fresh('home'), values, posted: false, first: users.isEmpty() });
    },

    async make(req: Request, res: Response): Promise<void> {
      if (!open()) return seeOther(res, '/');
      const form = parseForm(req, FIELDS);
      const made = await users.register({ ...form, address: req.ip ?? '', rule: 'household' });
      if (made.ok) {
        await req.signIn(made.user.id, { remember: true });
        return seeOther(res, '/');
      }
      if (made.why === 'invitation-only') return seeOther(res, '/sign-in');
      const refusal = made.why === 'too-many' ? tooMany(res) : refuse(res, refusalAt(res, made.why));
      page(res, { ...refusal, values: form, posted: true, first: users.isEmpty() });
    },
  };
}

const FIELDS = { home: line, username: line, password: secret, email: line, timezone: line, language: line };

function page(res: Response, data: Record<string, unknown>): void {
  res.page('set-up', { title: res.words().t('setup.title'), scripts: ['zone.js'], zones: TIME_ZONES, ...data });
}

function tooMany(res: Response) {
  const { t } = res.words();
  res.status(429);
  return { ...fresh(), notice: { kind: 'bad', fact: t('problem.429'), step: t('problem.429.step') } };
}
