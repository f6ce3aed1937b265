import type { Disposer } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { AuditModel } from '../audit.ts';
import type { Called } from '../device-rules.ts';
import type { EventModel } from '../events.ts';
import { Audience } from './audience.ts';
import type { Block, Blocks } from './blocks.ts';
import { RequestBook } from './book.ts';
import { Grants, type GrantsDeps } from './grants.ts';
import { HeldAsks, type OnGone } from './held.ts';
import { PAIRING } from './limits.ts';
import { type PairingState, viewOf } from './pairing-state.ts';
import { Rate } from './rate.ts';
import {
  type Asker,
  type AskForm,
  type Decision,
  describe,
  identitiesOf,
  isProof,
  isSameCard,
  type PairingRequest,
} from './request.ts';
import type { Sealed } from './seal.ts';
import { Windows } from './windows.ts';

export interface PairingDeps extends GrantsDeps {
  readonly log: Log;
  /** The network card behind an address of the local network; null where that cannot be known. */
  readonly neighbours: { mac(address: string): Promise<string | null> };
  readonly blocks: Blocks;
  readonly audit: Pick<AuditModel, 'note'>;
  readonly events: Pick<EventModel, 'emit'>;
}

export type PollAnswer =
  | { readonly state: 'waiting'; readonly code: string | null }
  | { readonly state: 'denied' }
  | { readonly state: 'allowed'; readonly credential: Sealed };

const SWEEP_MS = 1000;

/**
 * Lets devices in: a window that a person opens, requests that a person decides, and one login for each device that was
 * allowed, handed to it alone. Outside the window nothing is stored or shown.
 */
export class PairingModel {
  readonly #deps: PairingDeps;
  readonly #windows: Windows;
  readonly #book: RequestBook;
  readonly #wrong: Rate;
  readonly #held: HeldAsks;
  readonly #audience: Audience;
  readonly #grants: Grants;
  readonly #openListeners = new Set<() => void>();
  #sweeping: Disposer | undefined;

  constructor(deps: PairingDeps) {
    this.#deps = deps;
    this.#windows = new Windows(deps.clock);
    this.#book = new RequestBook({ ...deps, fingerprint: () => deps.hub().fingerprint });
    this.#wrong = new Rate(deps.clock, PAIRING.wrongPerAddress);
    this.#held = new HeldAsks(deps.clock);
    this.#audience = new Audience({ windows: this.#windows, book: this.#book, blocks: deps.blocks });
    this.#grants = new Grants(deps, {
      book: this.#book,
      made: (request, { account, by }, device) => {
        this.#note(account, request, by, 'login handed out', device);
        this.#changed();
      },
    });
  }

  /** Whether any household lets devices in now. */
  get isOpen(): boolean {
    return this.openAccounts().length > 0;
  }

  /** The households that let devices in now. */
  openAccounts(): number[] {
    return this.#windows.accounts();
  }

  /** Whether a device may ask now, or fetch what it was allowed. */
  get isBusy(): boolean {
    return this.isOpen || this.#book.size > 0;
  }

  /** Calls `listener` whenever somebody opens a window or looks at it. */
  onOpen(listener: () => void): Disposer {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /** Opens the household's window for so many minutes; 0 closes it. */
  open(account: number, minutes: number, by: string): PairingState {
    this.#sweep();
    if (minutes > 0) this.#windows.open(account, Math.min(minutes, PAIRING.mostMinutes) * 60_000);
    else this.#windows.close(account);
    const action = minutes > 0 ? 'pairing opened' : 'pairing closed';
    this.#deps.audit.note(account, { actor: by, action, detail: minutes > 0 ? `for ${minutes} min` : '' });
    if (minutes > 0) this.#opened();
    else this.#closed(account);
    this.#changed();
    return this.state(account);
  }

  /** A page that polls keeps the window open for another minute; the oldest legacy request, as EmonCMS's page asks for it. */
  check(account: number): PairingRequest | undefined {
    this.#sweep();
    this.#windows.extend(account, PAIRING.pollMs);
    this.#opened();
    return this.#audience.waiting(account).find(({ asker }) => asker.kind === 'legacy');
  }

  state(account: number): PairingState {
    const now = this.#deps.clock.monotonic();
    const waiting = this.#audience.waiting(account);
    const decided = this.#book.all().filter(({ decision }) => decision?.account === account);
    return {
      open: this.#windows.isOpen(account),
      secondsLeft: Math.ceil(this.#windows.msLeft(account) / 1000),
      requests: [...decided, ...waiting.slice(0, PAIRING.shown)].map((request) => viewOf(request, now)),
      more: Math.max(0, waiting.length - PAIRING.shown),
    };
  }

  /**
   * What EmonESP's firmware asks every ten seconds: its login where it was allowed, else words that it takes for "not yet".
   * Nothing but the address tells such devices apart, so an address that now belongs to another network card, and one that
   * many devices share behind a proxy, gets nothing.
   */
  async askLegacy(address: string, proxied: boolean): Promise<string> {
    this.#sweep();
    const text = registered(address);
    if (proxied || !(this.isOpen || this.#book.legacyAt(address)?.decision)) return text;
    const mac = await this.#mac(address);
    this.#sweep();
    let request = this.#book.legacyAt(address);
    if (request && !isSameCard(request, mac)) {
      this.#drop(request, 'the address belongs to another device now');
      request = undefined;
    }
    if (request?.decision) return await this.#line(request, request.decision, text);
    const asker: Asker = { ...LEGACY, address, mac };
    if (!this.#audience.has(asker)) return text;
    if (request) Object.assign(request, { asker, seen: this.#deps.clock.monotonic() });
    else if (this.#book.add(asker)) this.#changed();
    return text;
  }

  /**
   * Waits a moment for a person's word on the legacy request from an address, so that an Allow reaches the device at once and not
   * at its next turn. True when there is one to fetch; at once false where no such request is shown.
   */
  async decided(address: string, onGone: OnGone): Promise<boolean> {
    const request = this.#book.legacyAt(address);
    return request !== undefined && this.#audience.isShown(request.id) && (await this.#held.wait(request.id, onGone));
  }

  /** A device that names itself asks. The same request asked again is the same. Throws HUB_PAIRING_CLOSED, HUB_TOO_MANY. */
  async ask(form: AskForm, address: string): Promise<PairingRequest> {
    this.#sweep();
    if (!this.isOpen && this.#book.size === 0) throw new HubError('HUB_PAIRING_CLOSED');
    const mac = await this.#mac(address);
    this.#sweep();
    const asker: Asker = { kind: 'new', address, mac, ...form, publicKey: form.publicKey ?? null };
    const known = this.#book.same(asker);
    // a nonce is made for one request: with another's the request is a replay
    const replayed = !known && this.#book.all().some((request) => request.asker.nonce === asker.nonce);
    if (replayed || (!known && !this.#audience.has(asker))) throw new HubError('HUB_PAIRING_CLOSED');
    const request = known ?? this.#book.add(asker);
    if (!request) throw new HubError('HUB_TOO_MANY');
    request.seen = this.#deps.clock.monotonic();
    if (!known) this.#changed();
    return request;
  }

  /** What became of a request. Only who made it hears: he proves it, from the address he asked from. */
  async poll(id: string, proof: string, address: string): Promise<PollAnswer> {
    this.#sweep();
    if (this.#wrong.isSpent(address)) throw new HubError('HUB_TOO_MANY');
    const request = this.#book.get(id);
    const { nonce = null } = request?.asker ?? {};
    if (!request || nonce === null || request.asker.address !== address || !isProof(id, nonce, proof)) {
      this.#wrong.take(address);
      throw new HubError('HUB_PAIRING_NOT_FOUND');
    }
    request.seen = this.#deps.clock.monotonic();
    if (!request.decision) {
      return this.#audience.has(request.asker) ? { state: 'waiting', code: request.code } : { state: 'denied' };
    }
    const grant = await this.#grants.of(request, request.decision);
    if (!grant || typeof grant.answer === 'string') throw new HubError('HUB_PAIRING_NOT_FOUND');
    return { state: 'allowed', credential: grant.answer };
  }

  /** A person's yes, and how the device is to be called. Saying it twice is saying it once. */
  allow(account: number, id: string, by: string, called: Called = {}): void {
    const request = this.#own(account, id);
    if (request.decision?.account === account) return;
    const until = this.#deps.clock.monotonic() + PAIRING.grantMs;
    request.decision = { account, by, called, until, grant: null, login: null };
    this.#note(account, request, by, 'pairing allowed');
    this.#changed();
  }

  /** The yes of EmonCMS's page, which knows the address alone. False where nothing from there waits. */
  allowAddress(account: number, address: string, by: string): boolean {
    const request = this.#waitingAt(account, address);
    if (request) this.allow(account, request.id, by);
    return request !== undefined;
  }

  /** The no to an address, as `allowAddress`. */
  async denyAddress(account: number, address: string, by: string): Promise<boolean> {
    const request = this.#waitingAt(account, address);
    if (request) await this.deny(account, request.id, by);
    return request !== undefined;
  }

  /** A person's no: the device is not shown again while this window is open, or with `block` ever. */
  async deny(account: number, id: string, by: string, block = false): Promise<void> {
    const request = this.#own(account, id);
    if (request.decision?.grant) throw new HubError('HUB_PAIRING_DECIDED');
    request.decision = null;
    const identities = identitiesOf(request.asker);
    this.#audience.turnAway(account, identities);
    this.#note(account, request, by, block ? 'pairing blocked' : 'pairing denied');
    this.#changed();
    if (!block) return;
    const shown = describe(request.asker);
    for (const identity of identities)
      await this.#deps.blocks.add({ account, identity, shown, created: this.#deps.clock.seconds() });
  }

  blocked(account: number): Block[] {
    return this.#deps.blocks.list(account);
  }

  async unblock(account: number, id: number, by: string): Promise<boolean> {
    const block = this.blocked(account).find((one) => one.id === id);
    if (!(await this.#deps.blocks.remove(account, id))) return false;
    this.#audience.readmit(account, block?.identity ?? '');
    this.#deps.audit.note(account, { actor: by, action: 'pairing unblocked', detail: block?.shown ?? '' });
    return true;
  }

  /** The device has logged in, so its answer has arrived: from now on nobody gets it again. */
  used(login: number): void {
    for (const request of this.#book.all()) {
      if (request.decision?.login !== login) continue;
      this.#book.remove(request);
      this.#changed();
    }
  }

  /** Ends what runs by itself. */
  stop(): void {
    this.#held.release(() => false);
    this.#sweeping?.();
    this.#sweeping = undefined;
  }

  async #line(request: PairingRequest, decision: Decision, otherwise: string): Promise<string> {
    const grant = await this.#grants.of(request, decision).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'an allowed device could not be given its login; it will ask again');
      return null;
    });
    return typeof grant?.answer === 'string' ? grant.answer : otherwise;
  }

  /** A request that the household may decide now. */
  #own(account: number, id: string): PairingRequest {
    this.#sweep();
    const request = this.#book.get(id);
    if (request?.decision) {
      if (request.decision.account !== account) throw new HubError('HUB_PAIRING_DECIDED');
      return request;
    }
    if (!this.#windows.isOpen(account)) throw new HubError('HUB_PAIRING_CLOSED');
    if (!request || !this.#audience.sees(account, request.asker)) throw new HubError('HUB_PAIRING_NOT_FOUND');
    return request;
  }

  #waitingAt(account: number, address: string): PairingRequest | undefined {
    this.#sweep();
    return this.#audience.waiting(account).find(({ asker }) => asker.kind === 'legacy' && asker.address === address);
  }

  /** Forgets what is over. */
  #sweep(): void {
    const over = this.#windows.takeClosed();
    for (const account of over) this.#closed(account);
    const expired = this.#book.takeExpired();
    for (const { asker, decision } of expired) {
      if (!decision || decision.login !== null) continue;
      const entry = { actor: 'device', action: 'pairing not fetched', detail: describe(asker) };
      this.#deps.audit.note(decision.account, entry);
    }
    if (over.length + expired.length > 0) this.#changed(over);
    if (!this.isOpen && this.#book.size === 0) this.stop();
  }

  #opened(): void {
    this.#sweeping ??= this.#deps.clock.every(SWEEP_MS, () => this.#sweep());
    for (const listener of this.#openListeners) listener();
  }

  #closed(account: number): void {
    this.#audience.forget(account);
    if (this.isOpen) return;
    for (const request of this.#book.all()) if (!request.decision) this.#book.remove(request);
  }

  #drop(request: PairingRequest, why: string): void {
    this.#book.remove(request);
    const { decision, asker } = request;
    const entry = { actor: 'device', action: 'pairing dropped', detail: `${describe(asker)}: ${why}` };
    if (decision) this.#deps.audit.note(decision.account, entry);
    this.#changed();
  }

  /** Tells the open pages of every household that may see a change. */
  #changed(also: readonly number[] = []): void {
    this.#held.release((id) => this.#audience.isShown(id));
    const decided = this.#book.all().flatMap(({ decision }) => (decision ? [decision.account] : []));
    for (const account of new Set([...this.#windows.accounts(), ...decided, ...also]))
      this.#deps.events.emit(account, { name: 'pairing', data: this.state(account), deciders: true });
  }

  #note(account: number, { asker }: PairingRequest, actor: string, action: string, device: number | null = null): void {
    this.#deps.audit.note(account, { actor, action, device, detail: describe(asker) });
  }

  async #mac(address: string): Promise<string | null> {
    return await this.#deps.neighbours.mac(address).catch(() => null);
  }
}

const LEGACY = { kind: 'legacy', deviceId: null, type: '', name: '', nonce: null, publicKey: null } as const;

/** The firmware takes text with two or three colons for a login, so an IPv6 address is left out. */
function registered(address: string): string {
  return address.includes(':')
    ? 'Authentication request registered'
    : `Authentication request registered for IP ${address}`;
}
