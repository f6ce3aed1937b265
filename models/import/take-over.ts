import { createHash } from 'node:crypto';
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import { type HubPlaces, handOver, isDone, readHub, takeBack } from './hand-over.ts';
import { chooseAccount, makePlan } from './make-plan.ts';
import type { HubState, Plan, Wish } from './plan.ts';
import type { Source, WantedFile } from './source.ts';
import { Staging } from './staging.ts';

export interface TakeOverWish {
  /** The household's owner by name; null: people become what they were, or the only household takes everything. */
  readonly account: string | null;
  readonly user: string | null;
  readonly keys: boolean;
  readonly writeKey: string | null;
}

export interface Progress {
  /** A new part of the work. */
  step(name: string): void;
  /** How far it has come. */
  bytes(done: number, of: number): void;
}

export interface TakeOverDeps {
  readonly source: Source;
  readonly wish: TakeOverWish;
  /** Null: there is no hub in this storage folder yet. */
  readonly places: HubPlaces | null;
  readonly storage: string;
  readonly progress: Progress;
  readonly random: Random;
  readonly now: number;
}

export type Outcome = { readonly done: 'now' | 'before' | 'not at all'; readonly plan: Plan | null };

/** What `takeOver` would do; changes nothing. */
export async function dryRun(deps: TakeOverDeps): Promise<Outcome> {
  const { source, wish, places, progress } = deps;
  if (places && (await isDone(places.db, jobOf(source, wish)))) return { done: 'before', plan: null };
  progress.step(`looks at ${source.name}`);
  const survey = await source.survey();
  const hub = places ? await readHub(places) : EMPTY;
  return { done: 'not at all', plan: makePlan(survey, hub, fullWish(deps, hub)) };
}

/**
 * Takes everything of a source over into the hub. Killed at any moment it can be run again, goes on with what it has and
 * ends in the same: everything is there once. Until its last step the hub is as it was before.
 */
export async function takeOver(deps: TakeOverDeps & { readonly places: HubPlaces }): Promise<Outcome> {
  const { source, wish, places, progress, storage } = deps;
  const job = jobOf(source, wish);
  const counter = { done: 0, of: 0 };
  const onBytes = (bytes: number) => {
    counter.done += bytes;
    progress.bytes(Math.min(counter.done, counter.of), counter.of);
  };
  const staging = await Staging.open({ folder: join(storage, 'import', job), onBytes });
  if (await isDone(places.db, job)) {
    await staging.remove();
    return { done: 'before', plan: null };
  }
  await mkdir(places.feeds, { recursive: true });
  await takeBack(places, staging);
  const staged = await Staging.open({ folder: staging.folder, onBytes });
  progress.step(`looks at ${source.name}`);
  const survey = await source.survey();
  const hub = await readHub(places);
  const plan = makePlan(survey, hub, fullWish(deps, hub));
  const wanted = plan.files.map(({ feed, from, bytes }) => ({ feed: sourceNumber(from, feed), name: from, bytes }));
  await fetchAll(deps, staged, wanted, counter);
  progress.step('hands over to the hub');
  const notes = [...plan.notes, ...(await staged.notes(wanted))];
  await handOver(places, staged, plan, job);
  await staged.remove();
  return { done: 'now', plan: { ...plan, notes } };
}

async function fetchAll(
  { source, progress, storage }: TakeOverDeps,
  staging: Staging,
  wanted: readonly WantedFile[],
  counter: { done: number; of: number },
): Promise<void> {
  const missing = wanted.filter((file) => !staging.has(file));
  counter.of = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  const left = missing.reduce((sum, { bytes }) => sum + bytes, 0);
  counter.done = counter.of - left;
  await checkSpace(storage, left);
  progress.step(`takes ${wanted.length} files`);
  await source.fetch(missing, staging.keep, (file) => staging.partOf(file));
  const lost = missing.find((file) => !staging.has(file));
  if (lost) throw new HubError('HUB_IMPORT', { sentence: `${lost.name} was not there when it was to be taken.` });
  await staging.sync();
}

/** A full card would stop the hub's own recording, too. */
async function checkSpace(storage: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(storage);
  if (bavail * bsize - bytes > SPARE) return;
  const megabytes = (count: number) => `${Math.ceil(count / 1e6)} MB`;
  const sentence = `${storage} has ${megabytes(bavail * bsize)} free; this takes ${megabytes(bytes)} and Hearth needs ${megabytes(SPARE)} more.`;
  throw new HubError('HUB_IMPORT', { sentence });
}

const SPARE = 64e6;

function fullWish({ source, wish, random, now }: TakeOverDeps, hub: HubState): Wish {
  const account = chooseAccount(hub, wish.account, !source.hasUsers);
  return { ...wish, account, random, now };
}

/** One source into one place is one job, however often it is begun. */
function jobOf({ name }: Source, { account, user }: TakeOverWish): string {
  return createHash('sha256')
    .update(JSON.stringify([name, account?.toLowerCase(), user?.toLowerCase()]))
    .digest('hex')
    .slice(0, 16);
}

/** The number a file's feed has in EmonCMS. */
function sourceNumber(name: string, otherwise: number): number {
  return Number(/\d+/.exec(name)?.[0] ?? otherwise);
}

const EMPTY: HubState = { users: [], inputs: [], feeds: [], schedules: [], devices: [], files: [] };
