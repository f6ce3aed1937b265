import type { Disposer } from '../lib/clock.ts';

/** Something that happened in a household and that its open pages are told of at once. */
export interface HubEvent {
  readonly name: 'pairing' | 'device' | 'inbox' | 'plan';
  readonly data: object;
  /** Only for those who may decide: owners and adults who are signed in. */
  readonly deciders?: boolean;
}

export type EventListener = (event: HubEvent) => void;

/** What happens besides values, per household: told to whoever listens now, kept for nobody. */
export class EventModel {
  readonly #listeners = new Map<number, Set<EventListener>>();

  /** Never throws for want of a listener. */
  emit(account: number, event: HubEvent): void {
    for (const listener of this.#listeners.get(account) ?? []) listener(event);
  }

  listen(account: number, listener: EventListener): Disposer {
    const listeners = this.#listeners.get(account) ?? new Set();
    this.#listeners.set(account, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(account) === listeners) this.#listeners.delete(account);
    };
  }
}
