import type { Clock, Disposer } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Forwarder } from '../../models/esp32/forwarder.ts';
import type { Service } from './service.ts';

export interface ForwardingDeps {
  readonly forwarder: Forwarder;
  readonly clock: Clock;
  readonly log: Log;
}

const PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

/** Sends what waits for upstream: every ten seconds, and ever less often while upstream does not take it. */
export class Forwarding implements Service {
  readonly name = 'forwarder';
  readonly #deps: ForwardingDeps;
  #stop: Disposer = () => undefined;
  #stopped = false;
  #failures = 0;

  constructor(deps: ForwardingDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
  }

  #wait(): void {
    if (this.#stopped) return;
    const pause = Math.min(PAUSE_MS * 2 ** Math.min(this.#failures, 8), LONGEST_PAUSE_MS);
    this.#stop = this.#deps.clock.after(pause, () => void this.#turn().finally(() => this.#wait()));
  }

  async #turn(): Promise<void> {
    const { forwarder, log } = this.#deps;
    const done = await forwarder.send().catch((error: unknown) => {
      if (this.#failures === 0) log.warn({ err: error }, 'upstream cannot be reached; readings wait on disk');
      return false;
    });
    if (done && this.#failures > 0) log.info('upstream takes readings again');
    this.#failures = done ? 0 : this.#failures + 1;
  }
}
