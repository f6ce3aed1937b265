import type { Request, Response } from 'express';
import type { UserModel } from '../../models/user.ts';
import type { Notice } from '../../views/page.ts';
import { fresh, line, parseForm, secret, seeOther, tick } from './form.ts';
import { queryOf } from './reader.ts';

export interface SignInDeps {
  readonly users: Pick<UserModel, 'isEmpty' | 'verify'>;
}

/** GET and POST /sign-in, POST /sign-out. */
export function signInPages({ users }: SignInDeps) {
  return {
    show(req: Request, res: Response) {
      if (users.isEmpty()) return seeOther(res, '/set-up');
      const { to = '/', done } = queryOf(req);
      if (req.who?.user) return seeOther(res, pathHere(to));
      const { t } = res.words();
      const notices: Record<string, Notice> = {
        out: { kind: 'good', fact: t('signin.out') },
        reset: { kind: 'good', fact: t('signin.reset'), step: t('signin.reset.step') },
      };
      page(res, { ...fresh(), values: { to: pathHere(to), stay: true }, notice: notices[done ?? ''] ?? null });
    },

    async enter(req: Request, res: Response): Promise<void> {
      const { username, password, stay, to } = parseForm(req, FIELDS);
      const values = { username, stay, to: pathHere(to) };
      const { t } = res.words();
      if (username === '' || password === '') {
        const missing = { [username === '' ? 'username' : 'password']: t('form.missing') };
        res.status(422);
        return page(res, { ...fresh(), values, errors: missing });
      }
      const signedIn = await users.verify(username, password, req.ip ?? '');
      if (signedIn.ok) {
        await req.signIn(signedIn.user.id, { remember: stay });
        return seeOther(res, values.to);
      }
      if (signedIn.why === 'too-many') {
        res.status(429).set('Retry-After', String(signedIn.wait));
        const step = t('signin.pause.step', { minutes: Math.max(1, Math.ceil(signedIn.wait / 60)) });
        return page(res, { ...fresh(), values, notice: { kind: 'bad', fact: t('signin.pause'), step } });
      }
      res.status(422);
      page(res, { ...fresh(), values, notice: wrong(res, signedIn.left) });
    },

    async leave(req: Request, res: Response): Promise<void> {
      await req.signOut();
      seeOther(res, '/sign-in?done=out');
    },
  };
}

const FIELDS = { username: line, password: secret, stay: tick, to: line };
/** From here on the page says how many tries are left. */
const FEW = 5;

function wrong(res: Response, left: number): Notice {
  const { t } = res.words();
  const notice: Notice = { kind: 'bad', fact: t('signin.wrong') };
  return left <= FEW ? { ...notice, step: t('signin.left', { count: left }) } : notice;
}

/** A path on this hub, or the home page: a link may not send anybody elsewhere after signing in. */
function pathHere(path: string): string {
  return /^\/(?![/\\])[^\\\s]*$/.test(path) ? path : '/';
}

function page(res: Response, data: Record<string, unknown>): void {
  res.page('sign-in', { title: res.words().t('signin.title'), ...data });
}
