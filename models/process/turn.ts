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
  /** The value of a feed at the time of the row being computed; only lists of virtual feeds ask. */
  source?(feed: number): number | null;
  /** Whether the time is in the household's schedule. */
  inSchedule?(schedule: number, time: number): boolean;
  /** What the step at this place of the list noted last. */
  recall?(step: number): number | undefined;
}

/** One run of one list: what its steps may read, and where they put what they want done. */
export class Turn {
  readonly time: number;
  readonly original: number | null;
  readonly effects: Effect[] = [];
  /** The arguments of the step being run. */
  args: readonly string[] = [];
  /** Index of the step being run. */
  place = 0;
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

  /** The value of a feed at the time being computed; null in lists of inputs. */
  source(feed: number): number | null {
    return this.#context.source?.(feed) ?? null;
  }

  /** Whether the packet's time is in a schedule. One that does not exist holds no time. */
  inSchedule(schedule: number): boolean {
    return this.#context.inSchedule?.(schedule, this.time) ?? false;
  }

  /** What this step noted the last time it ran. Unlike `state` it is forgotten with a restart. */
  recall(): number | undefined {
    return this.#context.recall?.(this.place);
  }

  note(value: number): void {
    this.effects.push({ kind: 'note', step: this.place, value });
  }

  /** Writes to the household's owner. */
  mail(text: string, value: number | null): void {
    this.effects.push({ kind: 'mail', step: this.place, text, value });
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
