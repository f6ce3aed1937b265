import type { Clock } from '../../lib/clock.ts';
import { PAIRING } from './limits.ts';

/** Calls `listener` once the asking device has hung up. */
export type OnGone = (listener: () => void) => void;

/**
 * Devices whose answer is kept back for a moment, because the person may decide in it: one of each request. None is kept longer
 * than `PAIRING.holdMs`.
 */
export class HeldAsks {
  readonly #clock: Clock;
  readonly #ends = new Map<string, (isDecided: boolean) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * True once the request is decided; false when the time is over, the device has hung up or asked again, or too many wait.
   * Never rejects.
   */
  wait(request: string, onGone: OnGone): Promise<boolean> {
    this.#ends.get(request)?.(false);
    if (this.#ends.size >= PAIRING.mostHeld) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (isDecided: boolean) => {
        stop();
        if (this.#ends.get(request) === end) this.#ends.delete(request);
        resolve(isDecided);
      };
      const stop = this.#clock.after(PAIRING.holdMs, () => end(false));
      this.#ends.set(request, end);
      onGone(() => end(false));
    });
  }

  /** Lets go of every device whose request does not wait for a person any more. */
  release(isWaiting: (request: string) => boolean): void {
    for (const [request, end] of this.#ends) if (!isWaiting(request)) end(true);
  }

  get size(): number {
    return this.#ends.size;
  }
}
