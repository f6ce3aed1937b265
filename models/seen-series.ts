import type { Feed } from './feed.ts';
import type { Rows } from './feed-data/request.ts';
import type { Series, SeriesMeta, Window } from './timeseries/series.ts';
import type { VirtualFeeds } from './virtual-feeds.ts';

export interface SeenSeriesDeps {
  series: Pick<Series, 'meta' | 'windows' | 'scan' | 'samples'>;
  find(feed: number): Feed | undefined;
  virtual: Pick<VirtualFeeds, 'rows' | 'meta'>;
}

/** What pages look at: stored feeds as they are, virtual ones as if they were stored. */
export class SeenSeries implements Pick<Series, 'meta' | 'windows' | 'scan'> {
  readonly #deps: SeenSeriesDeps;

  constructor(deps: SeenSeriesDeps) {
    this.#deps = deps;
  }

  meta(id: number): SeriesMeta | undefined {
    const feed = this.#virtual(id);
    if (!feed) return this.#deps.series.meta(id);
    const meta = this.#deps.virtual.meta(feed);
    return meta && { ...meta, engine: 5 };
  }

  /** A window of a virtual feed has one value: what its list makes of its sources' means. */
  async windows(id: number, edges: readonly number[]): Promise<Window[]> {
    const { series, virtual } = this.#deps;
    const feed = this.#virtual(id);
    if (!feed) return await series.windows(id, edges);
    const times = edges.slice(0, -1);
    const rows = await virtual.rows(feed, times, async (source): Promise<Rows> => {
      const windows = await series.windows(source.id, edges);
      return { times, values: windows.map(({ sum, count }) => (count === 0 ? null : sum / count)) };
    });
    return times.map((_, i) => windowOf(rows?.values[i] ?? null));
  }

  async scan(id: number, from: number, to: number, chunk: Parameters<Series['scan']>[3]): Promise<void> {
    const { series, virtual } = this.#deps;
    const feed = this.#virtual(id);
    if (!feed) return await series.scan(id, from, to, chunk);
    const meta = virtual.meta(feed);
    if (!meta) return;
    const step = Math.max(1, Math.round(meta.interval));
    const last = Math.min(to, meta.endTime);
    const first = meta.startTime + Math.max(0, Math.ceil((from - meta.startTime) / step)) * step;
    for (let start = first; start <= last; start += step * PIECE) {
      const count = Math.min(PIECE, Math.floor((last - start) / step) + 1);
      const times = Array.from({ length: count }, (_, i) => start + i * step);
      const rows = await virtual.rows(feed, times, async (source): Promise<Rows> => {
        return { times, values: await series.samples(source.id, times) };
      });
      if (rows)
        chunk(
          Float64Array.from(times),
          Float64Array.from(rows.values, (value) => value ?? Number.NaN),
        );
    }
  }

  #virtual(id: number): Feed | undefined {
    const feed = this.#deps.find(id);
    return feed?.engine === 7 ? feed : undefined;
  }
}

/** Rows computed at once. */
const PIECE = 10_000;

function windowOf(value: number | null): Window {
  if (value === null) return { min: Number.NaN, max: Number.NaN, sum: 0, count: 0 };
  return { min: value, max: value, sum: value, count: 1 };
}
