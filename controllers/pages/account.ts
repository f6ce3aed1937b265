import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import { languageOf } from '../../models/person.ts';
import { TIME_ZONES } from '../../models/time-zones.ts';
import type { User, UserModel } from '../../models/user.ts';
import type { Notice } from '../../views/page.ts';
import { fresh, line, parseForm, refusalAt, refuse, secret, seeOther, tick } from './form.ts';
import { queryOf } from './reader.ts';

export interface AccountDeps {
  readonly users: Pick<
    UserModel,
    'account' | 'keys' | 'changePassword' | 'changeEmail' | 'set' | 'renewKey' | 'setAccount' | 'signOutEverywhere'
  >;
  readonly hub: () => { readonly fingerprint: string };
  /** What the hub is called on the network. */
  readonly network: () => { readonly name: string | null; readonly conflict: boolean };
}

/** GET /account and its forms: what one person sets for themselves, and for owners the household's keys. */
export function accountPages({ users, hub, network }: AccountDeps) {
  const page = (req: Request, res: Response, data: Record<string, unknown>): void => {
    const person = personOf(req);
    const { t } = res.words();
    const household = users.account(person.account);
    const owner = person.role === 'owner';
    res.set('Cache-Control', 'no-store').page('account', {
      tab: 'settings',
      title: t('account.title'),
      scripts: ['copy.js'],
      person,
      home: household?.home ?? '',
      keys: owner ? users.keys(person.account) : null,
      recording: owner ? (household?.autoRecord ?? false) : null,
      zones: TIME_ZONES,
      fingerprint: hub().fingerprint,
      network: network(),
      values: { email: person.email, timezone: person.timezone, language: person.language },
      ...data,
    });
  };

  return {
    show(req: Request, res: Response) {
      page(req, res, { ...fresh(), notice: doneNotice(res, queryOf(req).done) });
    },

    async password(req: Request, res: Response): Promise<void> {
      const form = parseForm(req, { old: secret, new: secret });
      const { id } = personOf(req);
      const changed = await users.changePassword(id, { old: form.old, next: form.new, rule: 'household' });
      if (changed.ok) {
        // Every session of this person ended, this one too; the one who asked stays.
        await req.signIn(id);
        return done(res, 'password');
      }
      const { t } = res.words();
      if (changed.why === 'too-many') {
        res.status(429);
        return page(req, res, { ...fresh(), notice: bad(t('problem.429'), t('problem.429.step')) });
      }
      const errors =
        changed.why === 'wrong-password' ? { old: t('form.password.wrong') } : refusalAt(res, changed.why, 'new');
      page(req, res, refuse(res, errors));
    },

    async email(req: Request, res: Response): Promise<void> {
      const { email } = parseForm(req, { email: line });
      const changed = await users.changeEmail(personOf(req).id, email);
      if (changed.ok) return done(res, 'email');
      const { timezone, language } = personOf(req);
      page(req, res, { ...refuse(res, refusalAt(res, changed.why)), values: { email, timezone, language } });
    },

    async place(req: Request, res: Response): Promise<void> {
      const { timezone, language } = parseForm(req, { timezone: line, language: line });
      await users.set(personOf(req).id, { timezone, language: languageOf(language) });
      done(res, 'place');
    },

    /** Owners only, as page-routes.ts says. */
    async renewKey(req: Request, res: Response): Promise<void> {
      const { which } = parseForm(req, { which: line });
      if (which !== 'read' && which !== 'write') throw new HubError('HUB_BAD_REQUEST');
      await users.renewKey(personOf(req).account, which);
      done(res, `key.${which}`);
    },

    /** Owners only, as page-routes.ts says. */
    async recording(req: Request, res: Response): Promise<void> {
      const { record } = parseForm(req, { record: tick });
      await users.setAccount(personOf(req).account, { autoRecord: record });
      done(res, record ? 'recording.on' : 'recording.off');
    },

    async signOutEverywhere(req: Request, res: Response): Promise<void> {
      await users.signOutEverywhere(personOf(req).id);
      await req.signOut();
      seeOther(res, '/sign-in?done=out');
    },
  };
}

/** The person signed in. Throws HUB_SIGN_IN where a key, or nobody, asks. */
export function personOf(req: Request): User {
  if (!req.person) throw new HubError('HUB_SIGN_IN');
  return req.person;
}

/** What was done, by the word in the address after a form. */
const DONE: Readonly<Record<string, string>> = {
  password: 'account.password.done',
  email: 'account.email.done',
  place: 'account.place.done',
  'key.read': 'account.key.read.done',
  'key.write': 'account.key.write.done',
  'recording.on': 'account.recording.done.on',
  'recording.off': 'account.recording.done.off',
};

function done(res: Response, what: keyof typeof DONE): void {
  seeOther(res, `/account?done=${what}`);
}

function doneNotice(res: Response, what: string | undefined): Notice | null {
  const key = Object.hasOwn(DONE, what ?? '') ? DONE[what ?? ''] : undefined;
  if (key === undefined) return null;
  const { t } = res.words();
  const notice: Notice = { kind: 'good', fact: t(key) };
  return what === 'password' ? { ...notice, step: t('account.password.done.step') } : notice;
}

function bad(fact: string, step: string): Notice {
  return { kind: 'bad', fact, step };
}
