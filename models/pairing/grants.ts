import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { Called } from '../device-rules.ts';
import type { RequestBook } from './book.ts';
import { PAIRING } from './limits.ts';
import type { Admitted, Asker, Decision, Grant, PairingRequest } from './request.ts';
import { type Sealed, seal } from './seal.ts';

export interface GrantsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: {
    admit(account: number, asker: Asker, called: Called): Promise<Admitted>;
    /** Takes a login back that nobody was given. */
    withdraw(account: number, login: number): Promise<void>;
  };
  /** What a device needs to know of the hub beyond its login. */
  readonly hub: () => { readonly fingerprint: string; readonly mqttPort: number; readonly mqttsPort: number };
}

export interface GrantsWork {
  readonly book: RequestBook;
  /** Told of each login that was made for a decision. */
  readonly made: (request: PairingRequest, decision: Decision, device: number) => void;
}

/** The first level of every topic of the house. */
const BASE = 'emon';

/** The logins of the devices that were allowed: one for each decision, handed to its device alone. */
export class Grants {
  readonly #deps: GrantsDeps;
  readonly #work: GrantsWork;

  constructor(deps: GrantsDeps, work: GrantsWork) {
    this.#deps = deps;
    this.#work = work;
  }

  /** The one login of this decision, made when it is first asked for. Null once it is over. */
  async of(request: PairingRequest, decision: Decision): Promise<Grant | null> {
    decision.grant ??= this.#make(request, decision);
    try {
      const grant = await decision.grant;
      return this.#work.book.has(request) && request.decision === decision ? grant : null;
    } catch (error) {
      decision.grant = null;
      throw error;
    }
  }

  async #make(request: PairingRequest, decision: Decision): Promise<Grant> {
    const { admission, clock } = this.#deps;
    const { account, called } = decision;
    const admitted = await admission.admit(account, request.asker, called);
    if (!this.#work.book.has(request)) {
      await admission.withdraw(account, admitted.login);
      throw new HubError('HUB_PAIRING_NOT_FOUND');
    }
    decision.login = admitted.login;
    decision.until = clock.monotonic() + PAIRING.grantMs;
    this.#work.made(request, decision, admitted.device);
    return { ...admitted, answer: this.#answer(request, admitted) };
  }

  #answer({ id, asker }: PairingRequest, { username, secret, node }: Admitted): string | Sealed {
    if (asker.nonce === null) return `${username}:${secret}:${BASE}`;
    const { fingerprint, mqttPort, mqttsPort } = this.#deps.hub();
    const text = JSON.stringify({ username, password: secret, topic: BASE, node, mqttPort, mqttsPort, fingerprint });
    return seal(this.#deps.random, { request: id, nonce: asker.nonce, publicKey: asker.publicKey }, text);
  }
}
