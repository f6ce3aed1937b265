import type { Series, SeriesEngine } from '../../../models/timeseries/series.ts';
import type { Step } from './scenario.ts';

interface FeedContent {
  readonly engine: SeriesEngine;
  readonly interval: number;
  /** By time; a slot without a value is left out. */
  readonly values: Map<number, number>;
  /** Of the first and the last slot, with or without a value. */
  first: number;
  last: number;
}

/** What the series should hold after some steps, worked out in the plainest way, and nothing of the engine's own. */
export class Content {
  readonly feeds = new Map<number, FeedContent>();
  readonly states = new Map<string, number>();

  copy(): Content {
    const twin = new Content();
    for (const [id, feed] of this.feeds) twin.feeds.set(id, { ...feed, values: new Map(feed.values) });
    for (const [key, value] of this.states) twin.states.set(key, value);
    return twin;
  }

  apply(step: Step): void {
    if (step.do === 'create') this.feeds.set(step.feed, empty(step.engine, step.interval));
    else if (step.do === 'remove') {
      this.feeds.delete(step.feed);
      for (const key of this.states.keys()) if (key.startsWith(`${step.feed}/`)) this.states.delete(key);
    } else if (step.do === 'clear') {
      const feed = this.feeds.get(step.feed);
      if (feed) this.feeds.set(step.feed, empty(feed.engine, feed.interval));
    } else if (step.do === 'trim') this.#trim(step.feed, step.from);
    else if (step.do === 'append') {
      for (const change of step.changes) {
        const feed = this.feeds.get(change.feed);
        if (!feed) continue;
        if (change.kind === 'state') this.states.set(`${change.feed}/${change.slot}`, change.value);
        if (change.kind === 'point') put(feed, change.time, change.value, change.join === true);
      }
    }
  }

  /** The same text for the same content. */
  text(): string {
    const feeds = [...this.feeds].map(([id, { values }]) => [id, [...values].sort((a, b) => a[0] - b[0])]);
    return JSON.stringify([feeds.sort((a, b) => Number(a[0]) - Number(b[0])), [...this.states].sort()]);
  }

  #trim(id: number, from: number): void {
    const feed = this.feeds.get(id);
    if (!feed) return;
    for (const time of feed.values.keys()) if (time < from) feed.values.delete(time);
    const { interval, engine } = feed;
    const known = [...feed.values.keys()];
    feed.first =
      engine === 5 ? Math.ceil(from / interval) * interval : known.reduce((a, b) => Math.min(a, b), Infinity);
  }
}

function empty(engine: SeriesEngine, interval: number): FeedContent {
  return { engine, interval, values: new Map(), first: Number.NaN, last: Number.NaN };
}

function put(feed: FeedContent, time: number, value: number, join: boolean): void {
  const { engine, interval, values } = feed;
  const at = engine === 5 ? Math.floor(time / interval) * interval : time;
  if (Number.isNaN(feed.first)) feed.first = feed.last = at;
  else if (engine === 2 && at <= feed.last && !values.has(at)) return;
  else if (engine === 5 && at < feed.first) return;
  if (engine === 5 && at > feed.last) {
    const steps = (at - feed.last) / interval;
    const before = values.get(feed.last) ?? Number.NaN;
    const rise = (value - before) / steps;
    for (let i = 1; i < steps && join && !Number.isNaN(before); i += 1)
      values.set(feed.last + i * interval, Math.fround(before + rise * i));
  }
  values.set(at, Math.fround(value));
  feed.last = Math.max(feed.last, at);
}

/** What the series do hold. */
export async function contentOf(series: Series, feeds: Iterable<number>, slots = 1): Promise<Content> {
  const content = new Content();
  for (const id of feeds) {
    const meta = series.meta(id);
    if (!meta) continue;
    const feed = empty(meta.engine, meta.interval);
    content.feeds.set(id, feed);
    await series.scan(id, 0, 0xffff_ffff, (times, values) => {
      for (let i = 0; i < times.length; i += 1) {
        const value = values[i] ?? Number.NaN;
        if (!Number.isNaN(value)) feed.values.set(times[i] ?? 0, value);
      }
    });
    for (let slot = 0; slot < slots; slot += 1) {
      const state = series.state(id, slot);
      if (state !== undefined) content.states.set(`${id}/${slot}`, state);
    }
  }
  return content;
}
