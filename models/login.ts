import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import { HubError } from '../lib/errors.ts';
import type { Log } from '../lib/log.ts';
import { Mutex } from '../lib/mutex.ts';
import type { Random } from '../lib/random.ts';
import { covers } from '../lib/topic-filter.ts';
import type { Login, LoginStore, StoredLogin } from './login-store.ts';
import type { TopicRights, Who } from './who.ts';

export interface Credential {
  readonly login: Login;
  /** Told once, here; only its SHA-256 is kept. */
  readonly secret: string;
}

/** The device registry as far as logins ask it. */
export interface NodeClaims {
  /**
   * The device that reports as `node` from now on when `device` says so first: itself, or one it takes the place of. Null
   * where the node is somebody else's. Changes memory at once, and the stores in its own time.
   */
  claim(account: number, device: number, node: string): number | null;
}

export interface LoginDeps {
  readonly store: LoginStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly nodes: NodeClaims;
  readonly timezone: (account: number) => string;
}

type Entry = Login & { readonly hash: string };
type RevokeListener = (login: Login) => void;

/** Every login of every device, in memory for checks and written through. */
export class LoginModel {
  readonly #deps: LoginDeps;
  readonly #logins = new Map<number, Entry>();
  readonly #names = new Map<string, number>();
  readonly #changing = new Mutex();
  readonly #listeners = new Set<RevokeListener>();

  constructor(deps: LoginDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    this.#logins.clear();
    this.#names.clear();
    for (const row of await this.#deps.store.all()) this.#put(row);
  }

  list(account: number): Login[] {
    return [...this.#logins.values()].filter((login) => login.account === account);
  }

  find(id: number): Login | undefined {
    return this.#logins.get(id);
  }

  /** The logins that still open for a device. */
  ofDevice(device: number): Login[] {
    return [...this.#logins.values()].filter((login) => login.device === device && login.revoked === null);
  }

  /**
   * A new login of a device; those it had before are revoked, since its owner has the new one. Without `filters` the first
   * node it reports under becomes its own.
   */
  make(account: number, device: number, filters: readonly string[] | null): Promise<Credential> {
    const { random, store, clock } = this.#deps;
    return this.#changing.run(async () => {
      const secret = random.hex(16);
      // neither has a colon: the legacy answer is parted at colons
      const username = `d${random.hex(6)}`;
      const claims = filters === null;
      const made = {
        account,
        device,
        username,
        filters: filters ?? [],
        claims,
        created: clock.seconds(),
        revoked: null,
      };
      const hash = hashOf(secret);
      for (const before of this.ofDevice(device)) await this.#revoke(before.id);
      const id = await store.insert({ ...made, hash });
      const login = this.#put({ ...made, id, hash });
      return { login, secret };
    });
  }

  /** Who logs in with this name and secret, or undefined. */
  mqttLogin(username: string, secret: string): Who | undefined {
    const login = this.#logins.get(this.#names.get(username) ?? 0);
    if (!login || login.revoked !== null) return undefined;
    if (!timingSafeEqual(Buffer.from(login.hash), Buffer.from(hashOf(secret)))) return undefined;
    const { account } = login;
    const timezone = this.#deps.timezone(account);
    return { account, user: null, role: 'adult', by: 'device login', timezone, topics: this.#rights(login) };
  }

  /** Whether this login was made a few minutes ago, so that its device may come for the first time. */
  isFresh(username: string): boolean {
    const login = this.#logins.get(this.#names.get(username) ?? 0);
    return login?.revoked === null && this.#deps.clock.seconds() - login.created <= FRESH_S;
  }

  /** The household of the device with this user name. */
  accountNamed(username: string): number | undefined {
    return this.#logins.get(this.#names.get(username) ?? 0)?.account;
  }

  /** Ends a login of the household: its connection is cut by whoever listens. Throws HUB_LOGIN_NOT_FOUND. */
  revoke(account: number, id: number): Promise<Login> {
    return this.#changing.run(async () => {
      if (this.#logins.get(id)?.account !== account) throw new HubError('HUB_LOGIN_NOT_FOUND');
      return await this.#revoke(id);
    });
  }

  /** Ends every login of a device, as when it is removed. */
  revokeDevice(device: number): Promise<void> {
    return this.#changing.run(async () => {
      for (const { id } of this.ofDevice(device)) await this.#revoke(id);
    });
  }

  /** Calls `listener` as soon as a login is revoked. */
  onRevoke(listener: RevokeListener): void {
    this.#listeners.add(listener);
  }

  async #revoke(id: number): Promise<Login> {
    const login = this.#logins.get(id) as Entry;
    if (login.revoked !== null) return login;
    const revoked = this.#deps.clock.seconds();
    await this.#deps.store.change(id, { revoked });
    const changed = { ...(this.#logins.get(id) as Entry), revoked };
    this.#logins.set(id, changed);
    for (const listener of this.#listeners) listener(changed);
    return changed;
  }

  #rights({ id, device }: Login): TopicRights {
    const current = () => this.#logins.get(id);
    return {
      login: id,
      get device() {
        return current()?.device ?? device;
      },
      get isOpen() {
        return current()?.revoked === null;
      },
      covers: (filter) => {
        const login = current();
        return login?.revoked === null && login.filters.some((own) => covers(own, filter));
      },
      claim: (topic) => {
        const login = current();
        if (login?.claims && login.revoked === null) this.#claim(login, topic);
      },
    };
  }

  /** Happens in memory at once, so that of two devices that name one node only the first gets it. */
  #claim(login: Entry, topic: string): void {
    const [, described, named] = NODE_TOPIC.exec(topic) ?? [];
    const node = described ?? named;
    if (node === undefined || TAKEN.includes(node)) return;
    const device = this.#deps.nodes.claim(login.account, login.device, node);
    if (device === null) return;
    const fields = { device, filters: [`emon/${node}/#`], claims: false };
    this.#logins.set(login.id, { ...login, ...fields });
    this.#deps.store.change(login.id, fields).catch((error: unknown) => {
      this.#deps.log.warn(
        { err: error, login: login.id },
        'a device’s node could not be stored; it will name it again',
      );
    });
  }

  #put(row: StoredLogin): Entry {
    this.#logins.set(row.id, row);
    this.#names.set(row.username, row.id);
    return row;
  }
}

/** `emon/<node>/describe` says which node is meant; so does anything below a name that only EmonESP gives. */
const NODE_TOPIC =
  /^emon\/(?:([A-Za-z0-9_.-]{1,64})\/describe|((?:smartplug|wifirelay|hpmon|espwifi|emonesp)\d{1,5})\/[^+#]+)$/;

/** Below these the demand-shaping signals come and the hub's advice goes: a device gets them from a person alone. */
const TAKEN = ['shaper', 'advice'];

const FRESH_S = 600;

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
