import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { DateTime } from 'luxon';
import { HubError } from '../../lib/errors.ts';
import type { Feed, FeedModel } from '../../models/feed.ts';
import { exportCsv, exportName } from '../../models/feed-export.ts';
import { parseRange } from '../../models/graph-range.ts';
import type { Input } from '../../models/input.ts';
import type { LiveModel } from '../../models/live.ts';
import type { Series } from '../../models/timeseries/series.ts';
import { feedRow, grouped, INTERVALS } from '../../views/feed-rows.ts';
import { feedsOf } from '../../views/process-words.ts';
import { fresh, line, parseForm, refuse, seeOther, tick } from './form.ts';
import { idOf, queryOf, readerOf, writerOf } from './reader.ts';

export interface FeedPagesDeps {
  readonly feeds: Pick<FeedModel, 'list' | 'find' | 'create' | 'set' | 'remove' | 'clear' | 'last' | 'meta' | 'size'>;
  readonly inputs: { list(account: number): readonly Pick<Input, 'id' | 'node' | 'name' | 'processList'>[] };
  readonly live: Pick<LiveModel, 'get'>;
  readonly series: Pick<Series, 'meta' | 'scan' | 'windows'>;
}

const EACH = ['0', '60', '300', '1800', '3600', 'day'] as const;

/** The pages of the household's feeds: list, make, look, change, empty, delete, save as CSV. */
export function feedPages(deps: FeedPagesDeps) {
  return {
    list: (req: Request, res: Response) => list(deps, req, res),
    fresh: (req: Request, res: Response) => {
      writerOf(req);
      makePage(res, { ...fresh('name'), values: { name: '', tag: '', unit: 'W', interval: '10' } });
    },
    make: (req: Request, res: Response) => make(deps, req, res),
    show: (req: Request, res: Response) => page(deps, ownFeed(deps, req), req, res, noticeOf(req, res)),
    change: (req: Request, res: Response) => change(deps, req, res),
    clear: (req: Request, res: Response) => lose(deps, req, res, 'clear'),
    remove: (req: Request, res: Response) => lose(deps, req, res, 'delete'),
    csv: (req: Request, res: Response) => csv(deps, req, res),
  };
}

function list(deps: FeedPagesDeps, req: Request, res: Response): void {
  const who = readerOf(req);
  const words = res.words();
  const feeds = deps.feeds.list(who.account);
  const size = feeds.reduce((sum, { id }) => sum + deps.feeds.size(id), 0);
  const groups = grouped(feeds, (feed) => feed.tag ?? '').map(({ name, items }) => ({
    name: name || words.t('feeds.untagged'),
    rows: items.map((feed) => feedRow(feed, stateOf(deps, feed.id), words)),
  }));
  res.page('feeds', {
    title: words.t('feeds.title'),
    tab: 'settings',
    scripts: ['live.js'],
    heading: words.t('feeds.heading', { count: feeds.length, size: words.bytes(size) }),
    groups,
    mayWrite: who.role !== 'guest',
    notice: req.query.done === 'deleted' ? { kind: 'good', fact: words.t('feed.deleted') } : null,
  });
}

async function make(deps: FeedPagesDeps, req: Request, res: Response): Promise<void> {
  const who = writerOf(req);
  const values = parseForm(req, { name: line, tag: line, unit: line, interval: line });
  try {
    if (values.name === '') throw new HubError('HUB_FEED_NAME');
    const { name, unit } = values;
    const interval = Number(values.interval) || undefined;
    const id = await deps.feeds.create(who.account, {
      name,
      unit,
      tag: values.tag || null,
      engine: 5,
      ...(interval === undefined ? {} : { interval }),
    });
    seeOther(res, `/feeds/${id}`);
  } catch (cause) {
    makePage(res, { ...refuse(res, feedErrors(res, cause)), values });
  }
}

async function change(deps: FeedPagesDeps, req: Request, res: Response): Promise<void> {
  writerOf(req);
  const feed = ownFeed(deps, req);
  const values = parseForm(req, { name: line, tag: line, unit: line, public: tick });
  try {
    if (values.name === '') throw new HubError('HUB_FEED_NAME');
    const tag = values.tag === '' && feed.tag === null ? {} : { tag: values.tag };
    await deps.feeds.set(feed.id, { name: values.name, unit: values.unit, public: values.public, ...tag });
    seeOther(res, `/feeds/${feed.id}?done=saved`);
  } catch (cause) {
    page(deps, feed, req, res, { ...refuse(res, feedErrors(res, cause)), values });
  }
}

/** Empties or deletes the feed whose name was typed. */
async function lose(deps: FeedPagesDeps, req: Request, res: Response, how: 'clear' | 'delete'): Promise<void> {
  writerOf(req);
  const feed = ownFeed(deps, req);
  const field = `${how}-name`;
  const typed = parseForm(req, { [field]: line })[field];
  if (typed !== feed.name.trim()) {
    return page(deps, feed, req, res, refuse(res, { [field]: res.words().t('feed.type.wrong') }));
  }
  if (how === 'clear') await deps.feeds.clear(feed.id);
  else await deps.feeds.remove(feed.id);
  seeOther(res, how === 'clear' ? `/feeds/${feed.id}?done=cleared` : '/feeds?done=deleted');
}

async function csv(deps: FeedPagesDeps, req: Request, res: Response): Promise<void> {
  const feed = ownFeed(deps, req);
  const { zone } = res.words();
  const query = queryOf(req);
  const meta = deps.feeds.meta(feed.id);
  const { start, end } = parseRange(query, zone, meta?.endTime ?? 0);
  const each = EACH.find((name) => name === query.each) ?? '0';
  const wish = {
    feed: feed.id,
    name: feed.name,
    unit: feed.unit,
    start,
    end,
    zone,
    each: each === 'day' ? each : Number(each),
  } as const;
  res.attachment(exportName(wish)).type('text/csv');
  await pipeline(Readable.from(exportCsv(deps.series, wish)), res);
}

interface PageState {
  readonly notice?: object | null;
  readonly errors?: Readonly<Record<string, string>>;
  readonly focus?: string;
  readonly values?: object;
}

function page(deps: FeedPagesDeps, feed: Feed, req: Request, res: Response, state: PageState): void {
  const who = readerOf(req);
  const words = res.words();
  const meta = deps.feeds.meta(feed.id);
  const day = (seconds: number) => DateTime.fromSeconds(seconds, { zone: words.zone }).toISODate();
  const filled = meta !== undefined && meta.npoints > 0;
  res.page('feed', {
    ...fresh(),
    title: feed.name,
    tab: 'settings',
    scripts: ['live.js'],
    values: { name: feed.name, tag: feed.tag ?? '', unit: feed.unit, public: feed.public },
    ...state,
    feed: feedRow(feed, stateOf(deps, feed.id), words),
    tag: feed.tag,
    first: filled ? words.moment(meta.startTime * 1000) : words.t('feeds.never'),
    sources: deps.inputs
      .list(who.account)
      .filter((input) => feedsOf(input.processList).includes(feed.id))
      .map(({ id, node, name }) => ({ href: `/inputs/${id}`, name: `${node} · ${name}` })),
    days: filled ? { from: day(meta.endTime), to: day(meta.endTime), min: day(meta.startTime) } : null,
    each: EACH,
    mayWrite: who.role !== 'guest',
  });
}

function makePage(res: Response, state: PageState): void {
  const title = res.words().t('feeds.new');
  res.page('feed-new', { title, tab: 'settings', intervals: INTERVALS, ...state });
}

/** The household's own feed that the path names. Throws HUB_FEED_NOT_FOUND for others, as if there were none. */
function ownFeed(deps: FeedPagesDeps, req: Request): Feed {
  const feed = deps.feeds.find(idOf(req));
  if (!feed || feed.account !== readerOf(req).account) throw new HubError('HUB_FEED_NOT_FOUND');
  return feed;
}

function stateOf({ feeds, live }: FeedPagesDeps, id: number) {
  return { last: feeds.last(id), heardAt: live.get('feed', id)?.at, size: feeds.size(id) };
}

function noticeOf(req: Request, res: Response): PageState {
  const done = ['saved', 'cleared'].find((name) => name === req.query.done);
  return done ? { notice: { kind: 'good', fact: res.words().t(`feed.${done}`) } } : {};
}

const ERROR_FIELDS: Readonly<Record<string, string>> = {
  HUB_FEED_TAG: 'tag',
  HUB_FEED_UNIT: 'unit',
  HUB_FEED_UNIT_LONG: 'unit',
};

/** The words for what the model refused, at the field it is about. Throws what is not a refusal. */
function feedErrors(res: Response, cause: unknown): Record<string, string> {
  const { t, has } = res.words();
  if (!(cause instanceof HubError) || !has(`feed.error.${cause.code}`)) throw cause;
  return { [ERROR_FIELDS[cause.code] ?? 'name']: t(`feed.error.${cause.code}`) };
}
