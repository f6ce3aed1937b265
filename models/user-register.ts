import type { Clock } from '../lib/clock.ts';
import type { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import { type Attempts, addressKey, type Limit } from './attempts.ts';
import type { Directory } from './directory.ts';
import type { Passwords } from './password.ts';
import { languageOf, type NewPerson, type User } from './person.ts';
import {
  emailProblem,
  type PasswordRule,
  type Problem,
  passwordProblem,
  timezoneOr,
  usernameProblem,
} from './person-rules.ts';

/** What somebody fills in to open a household's account. */
export interface Registration {
  readonly username: string;
  readonly password: string;
  /** May be empty under the household rule. */
  readonly email: string;
  readonly timezone?: string | undefined;
  readonly language?: string | undefined;
  /** What they call their home. */
  readonly home?: string | undefined;
  readonly address: string;
  /** `household`: our set-up page, new inputs get feeds by themselves. `emoncms`: exactly as EmonCMS. */
  readonly rule: PasswordRule;
}

export type Registered =
  | { readonly ok: true; readonly user: User; readonly keys: Keys }
  | { readonly ok: false; readonly why: Problem | 'invitation-only' | 'too-many' };

export interface Keys {
  readonly read: string;
  readonly write: string;
}

export interface RegisterDeps {
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly clock: Clock;
  readonly random: Random;
  readonly openRegistration: boolean;
  /** Held while a person is stored, so that of many first ones exactly one is first. */
  readonly joining: Mutex;
}

/** Recorded conformance runs register hundreds of accounts in a row; a community server takes them in as fast. */
export const REGISTER: Limit = { name: 'register', points: 300, seconds: 60 };

/**
 * Opens a household: the first one always, further ones only where registration is open. Once it answers `ok` the account
 * is stored.
 */
export async function register(deps: RegisterDeps, form: Registration): Promise<Registered> {
  const { directory, passwords, attempts, joining } = deps;
  if (!mayJoin(deps)) return { ok: false, why: 'invitation-only' };
  const problem = problemOf(directory, form);
  if (problem) return { ok: false, why: problem };
  if (!(await attempts.take(REGISTER, addressKey(form.address))).ok) return { ok: false, why: 'too-many' };
  const password = await passwords.hash(form.password);
  return await joining.run(async () => {
    if (!mayJoin(deps)) return { ok: false, why: 'invitation-only' };
    const person = newOwner(deps, form, password);
    const id = await directory.insert(person);
    const entry = id === null ? undefined : directory.get(id);
    if (!entry) return { ok: false, why: 'username-taken' };
    const keys = { read: entry.row.apikey_read ?? '', write: entry.row.apikey_write ?? '' };
    return { ok: true, user: entry.user, keys };
  });
}

function mayJoin({ directory, openRegistration }: RegisterDeps): boolean {
  return openRegistration || directory.size === 0;
}

/** EmonCMS's order: name, then address, then password. */
export function problemOf(directory: Directory, form: Pick<Registration, 'username' | 'email' | 'password' | 'rule'>) {
  const { username, email, password, rule } = form;
  const shape = usernameProblem(username);
  if (shape) return shape;
  if (directory.byName(username)) return 'username-taken' as const;
  const mayLackEmail = rule === 'household' && email === '';
  return (mayLackEmail ? null : emailProblem(email)) ?? passwordProblem(password, rule, [username, email]);
}

function newOwner({ clock, random }: RegisterDeps, form: Registration, password: string): NewPerson {
  return {
    account: 0,
    role: 'owner',
    username: form.username,
    email: form.email,
    password,
    apikey_read: random.hex(16),
    apikey_write: random.hex(16),
    timezone: timezoneOr(form.timezone),
    language: languageOf(form.language ?? 'en'),
    home: (form.home ?? '').trim().slice(0, 64),
    auto_record: form.rule === 'household' ? 1 : 0,
    profile: '{}',
    uuid: random.uuid(),
    created: clock.seconds(),
  };
}
