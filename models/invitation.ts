import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import type { Directory } from './directory.ts';
import type { Passwords } from './password.ts';
import { languageOf, type User } from './person.ts';
import { type Problem, timezoneOr } from './person-rules.ts';
import type { Token, Tokens } from './token.ts';
import { problemOf } from './user-register.ts';
import type { Role } from './who.ts';

/** An open invitation as the people page lists it. `id` withdraws it; the link itself is shown once only. */
export interface Invitation {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** What the inviting household calls its home. */
  readonly home: string;
  readonly account: number;
  readonly expires: number;
}

export interface Acceptance {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  readonly timezone?: string | undefined;
  readonly language?: string | undefined;
}

export type Accepted =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly why: Problem | 'link-used' };

export interface InvitationDeps {
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly random: Random;
  readonly joining: Mutex;
}

const DAY = 86_400;
const MOST_OPEN = 50;

/** Invitations into a household: a link that works once, for a day. */
export class Invitations {
  readonly #deps: InvitationDeps;

  constructor(deps: InvitationDeps) {
    this.#deps = deps;
  }

  /** Returns the secret for the link. */
  async make(account: number, { name, role }: { name: string; role: Role }): Promise<string> {
    const { tokens } = this.#deps;
    if ((await tokens.list('invitation', account)).length >= MOST_OPEN) throw new HubError('HUB_TOO_MANY');
    const token = { kind: 'invitation', account, user: null, role, name: name.trim().slice(0, 64) } as const;
    return await tokens.make(token, DAY);
  }

  async list(account: number): Promise<Invitation[]> {
    const open = await this.#deps.tokens.list('invitation', account);
    return open.map((token) => this.#shown(token));
  }

  async withdraw(account: number, id: string): Promise<void> {
    await this.#deps.tokens.withdraw(account, id);
  }

  /** What a link invites to, or undefined where it is used up, withdrawn or too old. */
  async read(secret: string): Promise<Invitation | undefined> {
    const token = await this.#deps.tokens.read('invitation', secret);
    return token && this.#deps.directory.get(token.account) ? this.#shown(token) : undefined;
  }

  /** Makes the invited person. The link is used up exactly when the person is stored: both or neither. */
  async accept(secret: string, form: Acceptance): Promise<Accepted> {
    const { directory, passwords, tokens, clock, random, joining } = this.#deps;
    const token = await tokens.read('invitation', secret);
    const household = token && directory.get(token.account);
    if (!token || !household) return { ok: false, why: 'link-used' };
    const problem = problemOf(directory, { ...form, rule: 'household' });
    if (problem) return { ok: false, why: problem };
    const person = {
      account: token.account,
      role: token.role ?? 'guest',
      username: form.username,
      email: form.email,
      password: await passwords.hash(form.password),
      apikey_read: null,
      apikey_write: null,
      timezone: timezoneOr(form.timezone, household.row.timezone),
      language: languageOf(form.language ?? household.row.language),
      profile: '{}',
      uuid: random.uuid(),
      created: clock.seconds(),
    };
    let used = false;
    const id = await joining.run(() =>
      directory.insert(person, async (trx) => {
        used = await tokens.use(token.hash, trx);
        return used;
      }),
    );
    const entry = id === null ? undefined : directory.get(id);
    if (entry) return { ok: true, user: entry.user };
    return { ok: false, why: used ? 'username-taken' : 'link-used' };
  }

  #shown(token: Token): Invitation {
    const { hash, name, role, account, expires } = token;
    const home = this.#deps.directory.get(account)?.user.home ?? '';
    return { id: hash, name, role: role ?? 'guest', home, account, expires };
  }
}
