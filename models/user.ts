import type { Redis } from 'ioredis';
import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import { Attempts, type Limit } from './attempts.ts';
import type { Database } from './database.ts';
import { Directory, type Entry } from './directory.ts';
import { type Household, type HouseholdPatch, householdOf, setHousehold } from './household.ts';
import { type Acceptance, type Accepted, type Invitation, Invitations } from './invitation.ts';
import type { Mail } from './mail.ts';
import { Passwords } from './password.ts';
import { PasswordResets, type Reset, type ResetRequest, type WriteLetter } from './password-reset.ts';
import { type Language, languageOf, type PersonPatch, type Profile, parseProfile, type User } from './person.ts';
import {
  emailProblem,
  type PasswordRule,
  type Problem,
  passwordProblem,
  timezoneOr,
  usernameProblem,
} from './person-rules.ts';
import { type SignedIn, SignIn } from './sign-in.ts';
import { Tokens } from './token.ts';
import { type Keys, type Registered, type Registration, register } from './user-register.ts';
import type { Role, Who } from './who.ts';

export type { User } from './person.ts';

export interface UserDeps {
  readonly db: Database;
  readonly redis: Redis | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly mail: Mail;
  /** Whether anybody may open a household here, or only the first one and those invited. */
  readonly openRegistration: boolean;
}

export type Changed = { readonly ok: true } | { readonly ok: false; readonly why: Problem };

export type PasswordChanged = Changed | { readonly ok: false; readonly why: 'wrong-password' | 'too-many' };

export interface PasswordChange {
  readonly old: string;
  readonly next: string;
  readonly rule: PasswordRule;
}

/** Settings of one person. */
export interface PersonSettings {
  readonly timezone?: string;
  readonly language?: Language;
  readonly profile?: Profile;
}

const CHANGE_PASSWORD: Limit = { name: 'change-password', points: 10, seconds: 900 };
const DAY = 86_400;

/** Everybody who may use this hub: who they are, what they may do, and every change to it. Asking never waits on MySQL. */
export class UserModel {
  /** Guess counting, for other doors that take a password or a secret. */
  readonly attempts: Attempts;
  readonly #deps: UserDeps;
  readonly #directory: Directory;
  readonly #passwords = new Passwords();
  readonly #joining = new Mutex();
  readonly #signIn: SignIn;
  readonly #invitations: Invitations;
  readonly #resets: PasswordResets;
  readonly #keyListeners = new Set<(account: number) => void>();

  constructor(deps: UserDeps) {
    this.#deps = deps;
    this.#directory = new Directory(deps.db);
    this.attempts = new Attempts(deps);
    const tokens = new Tokens(deps);
    const parts = { ...deps, directory: this.#directory, passwords: this.#passwords, attempts: this.attempts };
    this.#signIn = new SignIn(parts);
    this.#invitations = new Invitations({ ...parts, tokens, joining: this.#joining });
    this.#resets = new PasswordResets({ ...parts, tokens });
  }

  /** Reads everybody into memory. Call before anything else. */
  async load(): Promise<void> {
    await this.#directory.load();
  }

  /** True while nobody has an account: the hub waits to be set up. */
  isEmpty(): boolean {
    return this.#directory.size === 0;
  }

  /** True where anybody may open an account of their own. */
  get openRegistration(): boolean {
    return this.#deps.openRegistration;
  }

  get mailConfigured(): boolean {
    return this.#deps.mail.configured;
  }

  find(id: number): User | undefined {
    return this.#directory.get(id)?.user;
  }

  /** The person signed in by session. */
  who(id: number): Who | undefined {
    return this.#directory.get(id)?.who;
  }

  /** Who a key stands for. In one look, so that a flood of posts costs nothing here. */
  byKey(key: string): Who | undefined {
    return this.#directory.byKey(key.toLowerCase());
  }

  /** The household's API keys, for owners' eyes. */
  keys(account: number): Keys {
    const row = this.#directory.get(account)?.row;
    return { read: row?.apikey_read ?? '', write: row?.apikey_write ?? '' };
  }

  /** The number a session must carry to be good. */
  sessionEpoch(id: number): number | undefined {
    return this.#directory.get(id)?.row.session_epoch;
  }

  uuid(account: number): string | undefined {
    return this.#directory.get(account)?.row.uuid;
  }

  people(account: number): User[] {
    return this.#directory.members(account).map((entry) => entry.user);
  }

  /** The household of the house the hub stands in: the first. Undefined while nobody has an account. */
  houseAccount(): number | undefined {
    return this.#directory.first();
  }

  /** MQTT login of a person's own tools: the name of an owner or adult, and the household's write key. */
  mqttLogin(username: string, key: string): Who | undefined {
    const who = this.byKey(key);
    const person = this.#directory.byName(username)?.row;
    if (who?.by !== 'write key' || person?.account !== who.account || person.role === 'guest') return undefined;
    return who;
  }

  /** The household of whoever is called so. */
  accountNamed(username: string): number | undefined {
    return this.#directory.byName(username)?.row.account;
  }

  account(id: number): Household | undefined {
    return householdOf(this.#directory, id);
  }

  async setAccount(id: number, patch: HouseholdPatch): Promise<void> {
    await setHousehold(this.#directory, id, patch);
  }

  async register(form: Registration): Promise<Registered> {
    const { clock, random, openRegistration } = this.#deps;
    const parts = { directory: this.#directory, passwords: this.#passwords, attempts: this.attempts };
    return await register({ ...parts, clock, random, openRegistration, joining: this.#joining }, form);
  }

  async verify(name: string, password: string, address: string): Promise<SignedIn> {
    return await this.#signIn.verify(name, password, address);
  }

  /** Changes a password after checking the old one, and ends every session of the person; sign the asking one in again. */
  async changePassword(id: number, { old, next, rule }: PasswordChange): Promise<PasswordChanged> {
    const { row } = this.#entry(id);
    const key = `person ${id}`;
    if (!(await this.attempts.take(CHANGE_PASSWORD, key)).ok) return { ok: false, why: 'too-many' };
    const problem = passwordProblem(next, rule, [row.username, row.email]);
    if (problem) {
      await this.attempts.giveBack(CHANGE_PASSWORD, key);
      return { ok: false, why: problem };
    }
    if (!(await this.#passwords.verify(row.password, old))) return { ok: false, why: 'wrong-password' };
    await this.attempts.forget(CHANGE_PASSWORD, key);
    const password = await this.#passwords.hash(next);
    await this.#directory.update(id, { password, session_epoch: this.#entry(id).row.session_epoch + 1 });
    return { ok: true };
  }

  /** Sets the password of somebody in the household who forgot it, for an owner, and ends that person's sessions. */
  async setPassword(account: number, id: number, next: string): Promise<Changed> {
    const { row } = this.#entry(id);
    if (row.account !== account) throw new HubError('HUB_NOT_FOUND');
    const problem = passwordProblem(next, 'household', [row.username, row.email]);
    if (problem) return { ok: false, why: problem };
    const password = await this.#passwords.hash(next);
    await this.#directory.update(id, { password, session_epoch: this.#entry(id).row.session_epoch + 1 });
    return { ok: true };
  }

  /** Under the household rule an empty address takes the old one away. */
  async changeEmail(id: number, email: string, rule: PasswordRule = 'household'): Promise<Changed> {
    const problem = email === '' && rule === 'household' ? null : emailProblem(email);
    if (problem) return { ok: false, why: problem };
    await this.#directory.update(this.#entry(id).row.id, { email });
    return { ok: true };
  }

  async changeUsername(id: number, username: string): Promise<Changed> {
    const problem = usernameProblem(username);
    if (problem) return { ok: false, why: problem };
    const taken = this.#directory.byName(username) !== undefined;
    if (taken || !(await this.#directory.update(id, { username }))) return { ok: false, why: 'username-taken' };
    return { ok: true };
  }

  async set(id: number, { timezone, language, profile }: PersonSettings): Promise<void> {
    const { row } = this.#entry(id);
    // Our own pages speak one of our languages; what EmonCMS clients called theirs then no longer holds.
    const kept = profile ?? { ...parseProfile(row.profile), language: null };
    const patch: PersonPatch = {
      ...(timezone === undefined ? {} : { timezone: timezoneOr(timezone, row.timezone) }),
      ...(language === undefined ? {} : { language: languageOf(language) }),
      ...(profile || language ? { profile: JSON.stringify(kept) } : {}),
    };
    if (Object.keys(patch).length > 0) await this.#directory.update(id, patch);
  }

  /** A new key; the old one is dead when this resolves. */
  async renewKey(account: number, kind: 'read' | 'write'): Promise<string> {
    const key = this.#deps.random.hex(16);
    await this.#directory.update(this.#entry(account).row.id, { [`apikey_${kind}`]: key });
    if (kind === 'write') for (const listener of this.#keyListeners) listener(account);
    return key;
  }

  /** Calls `listener` as soon as a household's old write key is dead. */
  onWriteKeyRenewed(listener: (account: number) => void): void {
    this.#keyListeners.add(listener);
  }

  /** Changes what a person may do, from their next request on. HUB_FORBIDDEN for the household's first owner. */
  async setRole(account: number, id: number, role: Role): Promise<void> {
    await this.#directory.update(this.#other(account, id).row.id, { role });
  }

  /** Takes a person off the household and ends their sessions. HUB_FORBIDDEN for the household's first owner. */
  async remove(account: number, id: number): Promise<void> {
    await this.#directory.remove(this.#other(account, id).row.id);
  }

  async signOutEverywhere(id: number): Promise<void> {
    await this.#directory.update(id, { session_epoch: this.#entry(id).row.session_epoch + 1 });
  }

  /** Notes that the person was here, at most once a day, for the people page. */
  async seen(id: number): Promise<void> {
    const row = this.#directory.get(id)?.row;
    const now = this.#deps.clock.seconds();
    if (row && now - (row.last_seen ?? 0) >= DAY) await this.#directory.update(id, { last_seen: now });
  }

  /** Returns the secret for the invitation's link. */
  async invite(account: number, invited: { name: string; role: Role }): Promise<string> {
    return await this.#invitations.make(account, invited);
  }

  async invitations(account: number): Promise<Invitation[]> {
    return await this.#invitations.list(account);
  }

  async withdrawInvitation(account: number, id: string): Promise<void> {
    await this.#invitations.withdraw(account, id);
  }

  async invitation(secret: string): Promise<Invitation | undefined> {
    return await this.#invitations.read(secret);
  }

  async acceptInvitation(secret: string, form: Acceptance): Promise<Accepted> {
    return await this.#invitations.accept(secret, form);
  }

  async requestReset(form: ResetRequest, write: WriteLetter): Promise<'accepted' | 'too-many'> {
    return await this.#resets.request(form, write);
  }

  /** Resolves when every letter asked for so far is on its way or given up. */
  async lettersSent(): Promise<void> {
    await this.#resets.settled();
  }

  /** A reset link's secret for a person of this household, which an owner hands over. */
  async makeResetLink(account: number, id: number): Promise<string | undefined> {
    return await this.#resets.makeLink(account, id);
  }

  /** Whose password a reset link sets. */
  async resetUser(secret: string): Promise<User | undefined> {
    return await this.#resets.read(secret);
  }

  async resetPassword(secret: string, password: string): Promise<Reset> {
    return await this.#resets.reset(secret, password);
  }

  #entry(id: number): Entry {
    const entry = this.#directory.get(id);
    if (!entry) throw new HubError('HUB_NOT_FOUND');
    return entry;
  }

  /** A person of this household who is not its first owner: that one carries the household, its keys and settings. */
  #other(account: number, id: number): Entry {
    const entry = this.#entry(id);
    if (entry.row.account !== account) throw new HubError('HUB_NOT_FOUND');
    if (id === account) throw new HubError('HUB_FORBIDDEN', { sentence: FIRST_OWNER });
    return entry;
  }
}

const FIRST_OWNER =
  'The household’s first owner stays its owner. Their name, e-mail and password can be changed instead.';
