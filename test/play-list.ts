import type { Effect } from '../models/process/effect.ts';
import { Packet } from '../models/process/packet.ts';
import { compileProcessList } from '../models/process/process-list.ts';
import { run } from '../models/process/run.ts';
import type { LastValue } from '../models/timeseries/series.ts';

/** The moment readings count from: 2023-11-14T22:13:20Z. */
export const T = 1_700_000_000;
export const OUT = 12;
export const SOURCE = 13;
export const OTHER = 5;

export interface World {
  zone?: string;
  /** The newest value of input 5. */
  other?: number | null;
  /** The newest value of feed 13. */
  source?: number;
  /** A schedule that holds every time from T on. */
  inSchedule?: number;
}

/** Plays readings [seconds after T, value] through a list; what it posts to feed 12 and what comes out at its end. */
export function play(list: string, readings: readonly (readonly [number, number | null])[], world: World = {}) {
  const feeds = new Map<number, LastValue>();
  if (world.source !== undefined) feeds.set(SOURCE, { time: T - 50, value: world.source });
  const states = new Map<string, number>();
  const notes = new Map<number, number>();
  const effects: Effect[] = [];
  const outcomes: (number | null)[] = [];
  for (const [after, value] of readings) {
    const packet = new Packet(
      {
        input: (id) => (id === OTHER ? world.other : undefined),
        feed: (id) => feeds.get(id),
        state: (feed, slot) => states.get(`${feed}/${slot}`),
        inSchedule: (schedule, time) => schedule === world.inSchedule && time >= T,
        note: (_input, step) => notes.get(step),
      },
      world.zone ?? 'UTC',
    );
    const result = run(compileProcessList(list), value, T + after, packet);
    outcomes.push(result.value);
    for (const effect of result.effects) {
      effects.push(effect);
      if (effect.kind === 'post' || effect.kind === 'last') feeds.set(effect.feed, effect);
      if (effect.kind === 'note') notes.set(effect.step, effect.value);
      if (effect.kind === 'state') states.set(`${effect.feed}/${effect.slot}`, effect.value);
    }
  }
  const posts = effects.flatMap((effect) =>
    effect.kind === 'post' && effect.feed === OUT ? [[effect.time - T, round(effect.value)]] : [],
  );
  return {
    posts,
    outcomes: outcomes.map((value) => (value === null ? null : round(value))),
    last: feeds.get(OUT),
    effects,
  };
}

function round(value: number): number {
  return Number(value.toPrecision(7));
}
