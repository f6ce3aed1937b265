import type { Feed } from './feed.ts';
import { differences, present } from './feed-data/delta.ts';
import { averagedRows, sampledRows } from './feed-data/fixed-rows.ts';
import { formatRows } from './feed-data/format.ts';
import { calendarGrid, deltaEnd, fixedGrid, type Grid, looseCalendarGrid } from './feed-data/grid.ts';
import { type DataRequest, isRefusal, MOST_ROWS, type Refusal, type Rows, refusal } from './feed-data/request.ts';
import { splitRows } from './feed-data/split.ts';
import { firstRows, meanRows } from './feed-data/variable-rows.ts';
import type { LastValue, Series } from './timeseries/series.ts';
import type { VirtualFeeds } from './virtual-feeds.ts';

export interface FeedDataDeps {
  series: Series;
  last(feed: number): LastValue | undefined;
  virtual: Pick<VirtualFeeds, 'rows'>;
}

/** The span and step of one feed's answer. */
export interface Plan {
  readonly start: number;
  readonly end: number;
  readonly step: number | Exclude<DataRequest['interval'], number | 'original'>;
}

/** Answers EmonCMS's data requests from any kind of feed. */
export class FeedData {
  readonly #deps: FeedDataDeps;

  constructor(deps: FeedDataDeps) {
    this.#deps = deps;
  }

  /** The rows in the request's format, `false` where the feed cannot have any, or why not. */
  async read(feed: Feed, request: DataRequest): Promise<unknown[] | false | Refusal> {
    if (request.split) {
      if (feed.engine !== 5) return refusal('This request is only supported by PHPFina');
      return request.end <= request.start ? refusal(END_FIRST) : splitRows(this.#deps.series, feed.id, request);
    }
    const plan = this.plan(feed, request, true);
    if (isRefusal(plan)) return plan;
    const grid = this.grid(feed, plan, request.zone);
    let rows = await this.rows(feed, grid, plan, request);
    if (rows === null) return false;
    if (request.skipMissing) rows = present(rows);
    if (request.delta) rows = differences(rows, this.#deps.last(feed.id));
    return formatRows(rows, request.timeFormat, request.zone, request.places);
  }

  /** Where the rows of this request lie. `limited`: no more of them than one answer may have. */
  plan(feed: Feed, request: DataRequest, limited: boolean): Plan | Refusal {
    const { start, zone } = request;
    if (request.end <= start) return refusal(END_FIRST);
    const step = this.#step(feed, request);
    if (step === 0) return refusal('Invalid interval');
    const end = request.delta ? deltaEnd(request.end, step, zone) : request.end;
    if (typeof step === 'number' && limited) {
      const wanted = Math.round((end - start) / step);
      if (wanted > MOST_ROWS) return refusal(tooMany(wanted));
    }
    return { start, end, step };
  }

  grid(feed: Feed, { start, end, step }: Plan, zone: string): Grid {
    if (typeof step === 'number') return fixedGrid(start, end, step);
    return feed.engine === 5 ? calendarGrid(start, end, step, zone) : looseCalendarGrid(start, end, step, zone);
  }

  /** False where rows of this span are sure to have no value. */
  overlaps(feed: Feed, start: number, end: number, step: Plan['step']): boolean {
    const meta = this.#deps.series.meta(feed.id);
    if (meta === undefined || typeof step === 'string') return true;
    return meta.npoints > 0 && end + step >= meta.startTime && start <= meta.endTime;
  }

  /** The feed's values on the grid, before any skipping, subtracting or rounding. */
  async rows(feed: Feed, grid: Grid, plan: Plan, request: DataRequest): Promise<Rows | null> {
    const { series, virtual } = this.#deps;
    if (feed.engine === 7) {
      return await virtual.rows(feed, grid.times, (source) => this.rows(source, grid, plan, request));
    }
    if (feed.engine === 2) {
      if (request.average) return meanRows(series, feed.id, grid);
      return firstRows(series, feed.id, grid, request.limitInterval === 2);
    }
    const coarse = typeof plan.step === 'string' || plan.step > feed.interval;
    return request.average && coarse ? averagedRows(series, feed.id, grid) : sampledRows(series, feed.id, grid);
  }

  /** The request's step as it suits the feed; 0 where the span is too short to have one. */
  #step(feed: Feed, { start, end, interval, limitInterval }: DataRequest): Plan['step'] {
    if (interval === 'original') return feed.engine === 5 ? feed.interval : 1;
    if (typeof interval === 'string') return interval;
    const step = interval > 0 ? interval : Math.round((end - start) / 800);
    if (step === 0 || limitInterval === 0 || feed.engine !== 5) return step;
    return Math.max(1, Math.round(step / feed.interval)) * feed.interval;
  }
}

const END_FIRST = 'Request end time before start time';

function tooMany(rows: number): string {
  return (
    `request datapoint limit reached (${MOST_ROWS}), increase request interval or reduce time range, ` +
    `requested datapoints = ${rows}`
  );
}
