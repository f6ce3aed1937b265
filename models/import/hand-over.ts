import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Database } from '../database.ts';
import { nodeFiles, syncFolder, writeFresh } from '../timeseries/file.ts';
import { openSeries } from '../timeseries/open.ts';
import type { HubState, Plan, PlannedFile } from './plan.ts';
import type { Staging } from './staging.ts';

export interface HubPlaces {
  readonly db: Database;
  /** Where the feeds' files and the journal are. Precondition: nobody else has them open. */
  readonly feeds: string;
  readonly journal: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the hub holds now. */
export async function readHub({ db, feeds }: Pick<HubPlaces, 'db' | 'feeds'>): Promise<HubState> {
  const users = await db
    .selectFrom('users')
    .select(['id', 'account', 'username', 'apikey_read', 'apikey_write'])
    .orderBy('id')
    .execute();
  const inputs = await db.selectFrom('inputs').selectAll().execute();
  const feedRows = await db.selectFrom('feeds').select(['id', 'account', 'tag', 'name']).execute();
  const schedules = await db.selectFrom('schedules').select('id').execute();
  const devices = await db.selectFrom('devices').select(['id', 'account', 'node', 'devicekey']).execute();
  return { users, inputs, feeds: feedRows, schedules, devices, files: await feedNumbers(feeds) };
}

async function feedNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => {
    const found = /^(?:feed_)?(\d+)\./.exec(name);
    return found ? [Number(found[1])] : [];
  });
}

/**
 * Puts staged files and everything else of a plan into the hub: first the files, under numbers nobody uses, then one
 * transaction that makes them feeds. After a crash the hub is as it was, but for files that `takeBack` finds again.
 */
export async function handOver(places: HubPlaces, staging: Staging, plan: Plan, job: string): Promise<void> {
  await staging.write({ files: plan.files });
  await makeRoom(places, plan.files);
  for (const file of plan.files) await putIn(places, staging, file);
  await syncFolder(nodeFiles, places.feeds);
  await store(places.db, plan, job);
}

/** Whether a `handOver` of this job was finished. */
export async function isDone(db: Database, job: string): Promise<boolean> {
  return (
    (await db.selectFrom('settings').select('name').where('name', '=', marker(job)).executeTakeFirst()) !== undefined
  );
}

/** Brings back what a `handOver` that a crash cut short had put into the hub, so that it can begin anew. */
export async function takeBack({ db, feeds }: HubPlaces, staging: Staging): Promise<void> {
  const state = (await staging.read()) as { files?: readonly PlannedFile[] } | null;
  const files = state?.files ?? [];
  if (files.length === 0) return;
  const numbers = files.map(({ feed }) => feed);
  const rows = await db.selectFrom('feeds').select('id').where('id', 'in', numbers).execute();
  const used = new Set(rows.map(({ id }) => Number(id)));
  for (const file of files) {
    // A feed that was made meanwhile could not have got this number while our file had it.
    if (used.has(file.feed)) continue;
    const [data] = targets(feeds, file);
    if (!existsSync(staging.path(file.from)) && existsSync(data)) await rename(data, staging.path(file.from));
    await removeAll(feeds, file.feed);
  }
  await syncFolder(nodeFiles, feeds);
  await staging.sync();
}

/** An empty series for each file: the engine then knows nothing older by its number, in the journal either. */
async function makeRoom({ feeds, journal, clock, log }: HubPlaces, files: readonly PlannedFile[]): Promise<void> {
  const series = await openSeries({ folder: feeds, journal, files: nodeFiles, clock, log });
  try {
    for (const { feed, engine, interval } of files) await series.create(feed, engine, engine === 5 ? interval : 1);
  } finally {
    await series.close();
  }
}

async function putIn({ feeds }: HubPlaces, staging: Staging, file: PlannedFile): Promise<void> {
  const [data, meta] = targets(feeds, file);
  // Whatever else the engine keeps of the series speaks of an empty one.
  await removeAll(feeds, file.feed, [data, meta]);
  await rename(staging.path(file.from), data);
  if (meta === null) return;
  await writeFresh(nodeFiles, `${meta}.tmp`, Buffer.from(file.meta ?? '', 'base64'));
  await rename(`${meta}.tmp`, meta);
}

/** Removes every file of a feed, drafts and sums too, but for those to be kept. */
async function removeAll(folder: string, feed: number, kept: readonly (string | null)[] = []): Promise<void> {
  const own = new RegExp(`^(?:feed_)?${feed}\\.`);
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (own.test(name) && !kept.includes(path)) await rm(path);
  }
}

function targets(folder: string, { feed, engine }: PlannedFile): [data: string, meta: string | null] {
  if (engine === 2) return [join(folder, `feed_${feed}.MYD`), null];
  return [join(folder, `${feed}.dat`), join(folder, `${feed}.meta`)];
}

const ROWS = 200;

/** All or nothing. The marker is what makes a job done. */
async function store(db: Database, plan: Plan, job: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const rows of inBatches(plan.users)) await trx.insertInto('users').values(rows).execute();
    for (const rows of inBatches(plan.schedules)) await trx.insertInto('schedules').values(rows).execute();
    for (const rows of inBatches(plan.feeds)) await trx.insertInto('feeds').values(rows).execute();
    for (const rows of inBatches(plan.inputs)) await trx.insertInto('inputs').values(rows).execute();
    for (const rows of inBatches(plan.devices)) await trx.insertInto('devices').values(rows).execute();
    for (const { id, description, process_list } of plan.completed) {
      await trx.updateTable('inputs').set({ description, process_list }).where('id', '=', id).execute();
    }
    if (plan.keys) {
      const { account, read, write } = plan.keys;
      const keys = {
        ...(read === null ? {} : { apikey_read: read }),
        ...(write === null ? {} : { apikey_write: write }),
      };
      if (read !== null || write !== null) await trx.updateTable('users').set(keys).where('id', '=', account).execute();
    }
    await trx
      .insertInto('settings')
      .values({ name: marker(job), value: JSON.stringify(plan.feeds.length) })
      .execute();
  });
}

function* inBatches<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += ROWS) yield rows.slice(from, from + ROWS);
}

function marker(job: string): string {
  return `import ${job}`;
}
