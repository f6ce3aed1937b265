import type { Request, Response } from 'express';
import type { UserModel } from '../../models/user.ts';
import type { Words } from '../../views/page.ts';
import { fresh, line, originOf, parseForm, refusalAt, refuse, secret, seeOther } from './form.ts';
import { expired } from './problem.ts';

export interface ForgottenDeps {
  readonly users: Pick<UserModel, 'mailConfigured' | 'requestReset' | 'resetUser' | 'resetPassword'>;
}

/** GET and POST /forgotten and /reset/:secret: a way back in by a link. */
export function forgottenPages({ users }: ForgottenDeps) {
  const page = (res: Response, data: Record<string, unknown>): void =>
    res.page('forgotten', { title: res.words().t('forgotten.title'), mail: users.mailConfigured, ...data });

  return {
    show(_req: Request, res: Response) {
      page(res, { ...fresh('name'), values: { name: '' }, sent: false });
    },

    async ask(req: Request, res: Response): Promise<void> {
      const values = parseForm(req, { name: line });
      const words = res.words();
      if (values.name === '') {
        return page(res, { ...refuse(res, { name: words.t('form.missing') }), values, sent: false });
      }
      const asked = await users.requestReset({ name: values.name, address: req.ip ?? '' }, (user, token) => ({
        subject: words.t('letter.subject'),
        text: letter(words, user.username, `${originOf(req)}/reset/${token}`),
      }));
      if (asked === 'too-many') {
        res.status(429);
        const notice = { kind: 'bad', fact: words.t('problem.429'), step: words.t('problem.429.step') };
        return page(res, { ...fresh(), notice, values, sent: false });
      }
      const notice = { kind: 'good', fact: words.t('forgotten.sent'), step: words.t('forgotten.sent.step') };
      page(res, { ...fresh(), notice, values, sent: true });
    },

    async showReset(req: Request, res: Response): Promise<void> {
      if (!(await users.resetUser(secretOf(req)))) return expired(res);
      resetPage(res, fresh('password'));
    },

    async reset(req: Request, res: Response): Promise<void> {
      const { password } = parseForm(req, { password: secret });
      const done = await users.resetPassword(secretOf(req), password);
      if (done.ok) return seeOther(res, '/sign-in?done=reset');
      if (done.why === 'link-used') return expired(res);
      resetPage(res, refuse(res, refusalAt(res, done.why)));
    },
  };
}

/** The secret that a link carries in its path. */
export function secretOf(req: Request): string {
  const { secret: text } = req.params;
  return typeof text === 'string' ? text : '';
}

function resetPage(res: Response, data: Record<string, unknown>): void {
  res.set('Cache-Control', 'no-store').page('reset', { title: res.words().t('reset.title'), ...data });
}

function letter({ t }: Words, name: string, link: string): string {
  return `${t('letter.hello', { name })}\n\n${t('letter.say')}\n\n${link}\n\n${t('letter.note')}\n`;
}
