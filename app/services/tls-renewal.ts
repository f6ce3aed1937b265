import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Certificates } from '../connections/certificates.ts';
import type { Service } from './service.ts';

export interface TlsRenewalDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly current: Certificates;
  /** The certificates as they should be now: the same, or made anew. */
  readonly open: () => Promise<Certificates>;
  /** Told of certificates that differ from those before. */
  readonly use: (certificates: Certificates) => void;
}

const DAY_MS = 86_400_000;

/** Looks every day, and when the hub gets a name, whether the certificates still fit: near their end, with every name and address. */
export class TlsRenewal implements Service {
  readonly name = 'TLS renewal';
  readonly #deps: TlsRenewalDeps;
  #cert: string;
  #stopTimer: Disposer | undefined;

  constructor(deps: TlsRenewalDeps) {
    this.#deps = deps;
    this.#cert = deps.current.cert;
  }

  start(): void {
    this.#stopTimer = this.#deps.clock.every(DAY_MS, () => void this.look());
  }

  stop(): void {
    this.#stopTimer?.();
  }

  /** Looks now. Never rejects. */
  async look(): Promise<void> {
    const { log, open, use } = this.#deps;
    try {
      const certificates = await open();
      if (certificates.cert === this.#cert) return;
      this.#cert = certificates.cert;
      use(certificates);
      log.info('the TLS certificate was renewed');
    } catch (error) {
      log.warn({ err: error }, 'the TLS certificate could not be looked after');
    }
  }
}
