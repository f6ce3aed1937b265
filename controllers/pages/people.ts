import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { User, UserModel } from '../../models/user.ts';
import type { Notice } from '../../views/page.ts';
import { personOf } from './account.ts';
import { fresh, line, originOf, parseForm, refuse, seeOther, tick } from './form.ts';
import { keepOnce, takeOnce } from './once.ts';
import { idOf, queryOf } from './reader.ts';

export interface PeopleDeps {
  readonly users: Pick<
    UserModel,
    'people' | 'find' | 'invite' | 'invitations' | 'withdrawInvitation' | 'setRole' | 'remove' | 'makeResetLink'
  >;
}

/** /people: who can reach the household's hub, and how an owner changes that. Owners only, as page-routes.ts says. */
export function peoplePages({ users }: PeopleDeps) {
  const list = async (req: Request, res: Response, data: Record<string, unknown>): Promise<void> => {
    const { id, account } = personOf(req);
    const { t } = res.words();
    const [people, invitations] = [users.people(account), await users.invitations(account)];
    res.set('Cache-Control', 'no-store').page('people', {
      tab: 'settings',
      title: t('people.title'),
      scripts: ['copy.js'],
      people: people.map((one) => ({ ...one, you: one.id === id, fixed: one.id === account })),
      invitations,
      values: { name: '', role: '' },
      invitation: takeOnce(req, 'invitation'),
      ...data,
    });
  };

  const one = (req: Request, res: Response, data: Record<string, unknown>): void => {
    const link = takeOnce(req, 'reset')?.link ?? null;
    const other = otherOf(users, req);
    const page = { tab: 'settings', title: other.username, scripts: ['copy.js'], other, link, ...data } as const;
    res.set('Cache-Control', 'no-store').page('person', page);
  };

  return {
    async show(req: Request, res: Response): Promise<void> {
      await list(req, res, { ...fresh(), notice: listNotice(res, queryOf(req)) });
    },

    async invite(req: Request, res: Response): Promise<void> {
      const form = parseForm(req, { name: line, role: line });
      const { t } = res.words();
      const errors = {
        ...(form.name === '' ? { name: t('form.missing') } : {}),
        ...(form.role === 'adult' || form.role === 'guest' ? {} : { role: t('form.choose') }),
      };
      if (form.name === '' || (form.role !== 'adult' && form.role !== 'guest')) {
        return await list(req, res, { ...refuse(res, errors), values: form });
      }
      const secret = await users.invite(personOf(req).account, { name: form.name, role: form.role });
      keepOnce(req, { kind: 'invitation', name: form.name, link: `${originOf(req)}/join/${secret}` });
      seeOther(res, '/people');
    },

    async withdraw(req: Request, res: Response): Promise<void> {
      const { id } = req.params;
      await users.withdrawInvitation(personOf(req).account, typeof id === 'string' ? id : '');
      seeOther(res, '/people?done=withdrawn');
    },

    person(req: Request, res: Response) {
      const saved = queryOf(req).done === 'role';
      one(req, res, { ...fresh(), notice: saved ? good(res.words().t('person.role.done')) : null });
    },

    async role(req: Request, res: Response): Promise<void> {
      const { role } = parseForm(req, { role: line });
      const { id } = otherOf(users, req);
      if (role !== 'adult' && role !== 'guest') throw new HubError('HUB_BAD_REQUEST');
      await users.setRole(personOf(req).account, id, role);
      seeOther(res, `/people/${id}?done=role`);
    },

    async resetLink(req: Request, res: Response): Promise<void> {
      const { id, username } = otherOf(users, req);
      const secret = await users.makeResetLink(personOf(req).account, id);
      if (secret === undefined) throw new HubError('HUB_NOT_FOUND');
      keepOnce(req, { kind: 'reset', name: username, link: `${originOf(req)}/reset/${secret}` });
      seeOther(res, `/people/${id}`);
    },

    async remove(req: Request, res: Response): Promise<void> {
      const { sure } = parseForm(req, { sure: tick });
      const { id, username } = otherOf(users, req);
      if (!sure) return one(req, res, refuse(res, { sure: res.words().t('person.off.sure.error') }));
      await users.remove(personOf(req).account, id);
      seeOther(res, `/people?done=removed&name=${encodeURIComponent(username)}`);
    },
  };
}

/** Another person of the owner's household, whom the path names. Throws HUB_NOT_FOUND. */
function otherOf(users: PeopleDeps['users'], req: Request): User {
  const { id, account } = personOf(req);
  const other = users.find(idOf(req));
  if (!other || other.account !== account || other.id === id) throw new HubError('HUB_NOT_FOUND');
  return other;
}

function listNotice(res: Response, { done, name = '' }: Record<string, string>): Notice | null {
  const { t } = res.words();
  if (done === 'removed') return good(t('people.removed', { name }));
  return done === 'withdrawn' ? good(t('people.withdrawn')) : null;
}

function good(fact: string): Notice {
  return { kind: 'good', fact };
}
