import { type Attempts, addressKey, type Limit } from './attempts.ts';
import type { Directory } from './directory.ts';
import type { Letter, Mail } from './mail.ts';
import type { Passwords } from './password.ts';
import type { User } from './person.ts';
import { type Problem, passwordProblem } from './person-rules.ts';
import type { Tokens } from './token.ts';

export interface ResetRequest {
  /** Username or e-mail address. */
  readonly name: string;
  /** Where given, it must be the person's own, as EmonCMS asks. */
  readonly email?: string | undefined;
  readonly address: string;
}

/** Writes the letter to a person; `secret` goes into its link. */
export type WriteLetter = (user: User, secret: string) => Omit<Letter, 'to'>;

export type Reset =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly why: Problem | 'link-used' };

export interface PasswordResetDeps {
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly attempts: Attempts;
  readonly tokens: Tokens;
  readonly mail: Mail;
}

const HOUR = 3600;
const RESET_ADDRESS: Limit = { name: 'reset-address', points: 20, seconds: 900 };
const RESET_ACCOUNT: Limit = { name: 'reset-account', points: 3, seconds: HOUR };

/** Forgotten passwords: a link by mail, or one that an owner hands over. It works once, for an hour. */
export class PasswordResets {
  readonly #deps: PasswordResetDeps;
  readonly #sending = new Set<Promise<void>>();

  constructor(deps: PasswordResetDeps) {
    this.#deps = deps;
  }

  /**
   * Sends a link if there is such a person with an address. The answer and the time it takes are the same if there is
   * not; only too many requests from one address get another one.
   */
  async request(form: ResetRequest, write: WriteLetter): Promise<'accepted' | 'too-many'> {
    const { attempts } = this.#deps;
    if (!(await attempts.take(RESET_ADDRESS, addressKey(form.address))).ok) return 'too-many';
    const sending = this.#send(form, write).catch(() => undefined);
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
    return 'accepted';
  }

  /** Resolves when every letter asked for so far is on its way or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#sending);
  }

  /** A link's secret for a person of this household, for an owner to hand over; undefined for anybody else. */
  async makeLink(account: number, userId: number): Promise<string | undefined> {
    const user = this.#deps.directory.get(userId)?.user;
    return user && user.account === account ? await this.#secretFor(user) : undefined;
  }

  /** Whose password a link sets, or undefined where it is used up or too old. */
  async read(secret: string): Promise<User | undefined> {
    const token = await this.#deps.tokens.read('password reset', secret);
    return this.#deps.directory.get(token?.user ?? 0)?.user;
  }

  /** Sets the password and ends every session of the person and every other link made for them. */
  async reset(secret: string, password: string): Promise<Reset> {
    const { directory, passwords, tokens } = this.#deps;
    const token = await tokens.read('password reset', secret);
    const entry = directory.get(token?.user ?? 0);
    if (!token || !entry) return { ok: false, why: 'link-used' };
    const problem = passwordProblem(password, 'household', [entry.row.username, entry.row.email]);
    if (problem) return { ok: false, why: problem };
    const hash = await passwords.hash(password);
    if (!(await tokens.use(token.hash))) return { ok: false, why: 'link-used' };
    await directory.update(entry.row.id, { password: hash, session_epoch: entry.row.session_epoch + 1 });
    await tokens.withdrawFor('password reset', entry.row.id);
    return { ok: true, user: directory.get(entry.row.id)?.user ?? entry.user };
  }

  async #send({ name, email }: ResetRequest, write: WriteLetter): Promise<void> {
    const { directory, attempts, mail } = this.#deps;
    const user = (directory.byName(name) ?? directory.byEmail(name))?.user;
    if (!mail.configured || !user || user.email === '') return;
    if (email !== undefined && email.toLowerCase() !== user.email.toLowerCase()) return;
    if (!(await attempts.take(RESET_ACCOUNT, `person ${user.id}`)).ok) return;
    const secret = await this.#secretFor(user);
    await mail.send({ to: user.email, ...write(user, secret) });
  }

  async #secretFor(user: User): Promise<string> {
    const token = { kind: 'password reset', account: user.account, user: user.id, role: null, name: '' } as const;
    return await this.#deps.tokens.make(token, HOUR);
  }
}
