import { type LocalDay, localDay } from '../../lib/local-day.ts';
import type { LastValue } from '../timeseries/series.ts';
import type { Effect } from './effect.ts';

/** What a run may look up: the newest values as they are at this point of the packet. */
export interface ProcessContext {
  /** IANA zone of the household. */
  readonly timezone: string;
  input(id: number): number | null | undefined;
  feed(id: number): LastValue | undefined;
  state(feed: number, slot: number): number | undefined;
}

/** One run of one list: what its steps may read, and where they put what they want done. */
export class Turn {
  readonly time: number;
  readonly original: number | null;
  readonly effects: Effect[] = [];
  /** The arguments of the step being run. */
  args: readonly string[] = [];
  /** Index of the step to run next. */
  next = 0;
  readonly #context: ProcessContext;

  constructor(context: ProcessContext, time: number, original: number | null) {
    this.#context = context;
    this.time = time;
    this.original = original;
  }

  /** The newest value of an input; null where it has none. */
  input(id: number): number | null {
    return this.#context.input(id) ?? null;
  }

  /** The newest reading of a feed, this run's own posts included. */
  feed(id: number): LastValue | undefined {
    for (let at = this.effects.length - 1; at >= 0; at -= 1) {
      const effect = this.effects[at];
      if (effect && (effect.kind === 'post' || effect.kind === 'last') && effect.feed === id) return effect;
    }
    return this.#context.feed(id);
  }

  /** What `remember` kept, in this run or before. */
  state(feed: number, slot: number): number | undefined {
    for (let at = this.effects.length - 1; at >= 0; at -= 1) {
      const effect = this.effects[at];
      if (effect?.kind === 'state' && effect.feed === feed && effect.slot === slot) return effect.value;
    }
    return this.#context.state(feed, slot);
  }

  /** The household's day that holds the packet's time, or `time`. */
  day(time: number = this.time): LocalDay {
    return localDay(time, this.#context.timezone);
  }

  post(feed: number, value: number): void {
    this.effects.push({ kind: 'post', feed, time: this.time, value });
  }

  /** Posts and fills skipped slots by a straight line from the last value. */
  postJoined(feed: number, value: number): void {
    this.effects.push({ kind: 'post', feed, time: this.time, value, join: true });
  }

  /** Posts at another time than the packet's, which stays the feed's newest time. */
  postAt(feed: number, time: number, value: number): void {
    this.effects.push({ kind: 'post', feed, time, value }, { kind: 'last', feed, time: this.time, value });
  }

  remember(feed: number, slot: number, value: number): void {
    this.effects.push({ kind: 'state', feed, slot, value });
  }

  publish(topic: string, value: number | null): void {
    this.effects.push({ kind: 'publish', topic, value });
  }

  /** Leaves out the following step. */
  skip(): void {
    this.next += 1;
  }

  /** Goes on at the step with this number, counted from 1. */
  jump(step: number): void {
    this.next = Math.max(0, Math.trunc(step) - 1);
  }

  /** Ends the run. */
  stop(): void {
    this.next = Number.POSITIVE_INFINITY;
  }
}
