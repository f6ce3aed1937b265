import type { LastValue } from '../timeseries/series.ts';
import type { Effect } from './effect.ts';
import type { ProcessContext } from './turn.ts';

/** Where the newest values are when a packet comes in. */
export interface PacketSources {
  input(id: number): number | null | undefined;
  feed(id: number): LastValue | undefined;
  state(feed: number, slot: number): number | undefined;
  inSchedule(schedule: number, time: number): boolean;
  /** What a step of an input's list noted last. */
  note(input: number, step: number): number | undefined;
}

/** The newest values as one packet changes them: what an earlier list of it posted, the next one sees. */
export class Packet implements ProcessContext {
  readonly timezone: string;
  /** Everything asked for so far, in order. */
  readonly effects: Effect[] = [];
  /** The input whose list is run. */
  running = 0;
  readonly #sources: PacketSources;
  readonly #feeds = new Map<number, LastValue>();
  readonly #states = new Map<string, number>();

  constructor(sources: PacketSources, timezone: string) {
    this.#sources = sources;
    this.timezone = timezone;
  }

  input(id: number): number | null | undefined {
    return this.#sources.input(id);
  }

  feed(id: number): LastValue | undefined {
    return this.#feeds.get(id) ?? this.#sources.feed(id);
  }

  state(feed: number, slot: number): number | undefined {
    return this.#states.get(`${feed}/${slot}`) ?? this.#sources.state(feed, slot);
  }

  inSchedule(schedule: number, time: number): boolean {
    return this.#sources.inSchedule(schedule, time);
  }

  recall(step: number): number | undefined {
    return this.#sources.note(this.running, step);
  }

  /** Takes over what one run asked for. */
  take(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.effects.push(effect);
      if (effect.kind === 'post' || effect.kind === 'last') this.#feeds.set(effect.feed, effect);
      else if (effect.kind === 'state') this.#states.set(`${effect.feed}/${effect.slot}`, effect.value);
    }
  }
}
