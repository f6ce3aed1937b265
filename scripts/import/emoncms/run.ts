import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, loadConfig } from '../../../app/config.ts';
import { lockStorage } from '../../../app/storage-lock.ts';
import { connectStores } from '../../../app/stores.ts';
import { systemClock } from '../../../lib/clock.ts';
import { HubError } from '../../../lib/errors.ts';
import { createLog } from '../../../lib/log.ts';
import { systemRandom } from '../../../lib/random.ts';
import { archiveSource } from '../../../models/import/archive-source.ts';
import { folderSource } from '../../../models/import/folder-source.ts';
import type { HubPlaces } from '../../../models/import/hand-over.ts';
import type { Source } from '../../../models/import/source.ts';
import { dryRun, type Outcome, type Progress, takeOver } from '../../../models/import/take-over.ts';
import { urlSource } from '../../../models/import/url-source.ts';
import { createProgress } from './progress.ts';
import { summary } from './summary.ts';
import type { CommandWish } from './wish.ts';

const clock = systemClock;
const random = systemRandom;

/** Opens the hub's storage as the hub does, takes EmonCMS over and says what came of it. */
export async function run(wish: CommandWish, env: NodeJS.ProcessEnv): Promise<void> {
  const config = loadConfig(env);
  const progress = createProgress(process.stderr);
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const opening = openPlaces(config, wish.dryRun, undo);
  // A server that is only just starting can be stopped once it has started.
  const leave = () => opening.catch(() => undefined).then(close);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void leave().finally(() => process.exit(130)));
  }
  try {
    const places = await opening;
    const outcome = await work(wish, config, places, progress);
    progress.end();
    process.stdout.write(sentences(outcome));
  } finally {
    progress.end();
    await close();
  }
}

/** A dry run makes no storage folder. */
async function openPlaces(config: Config, dry: boolean, undo: (() => unknown)[]): Promise<HubPlaces | null> {
  if (dry && config.mysqlUrl === null && !existsSync(join(config.storage, 'mysql'))) return null;
  const log = createLog('error');
  const lock = await lockStorage(config.storage, random).catch((error: unknown) => {
    if (!(error instanceof HubError) || error.code !== 'HUB_STORAGE_BUSY') throw error;
    throw new HubError('HUB_IMPORT', {
      sentence: `A hub is running on ${config.storage}. Stop it, and run this again.`,
    });
  });
  undo.push(() => lock.release());
  const { mysql } = await connectStores({ config, log, clock, random }, undo);
  const folders = { feeds: join(config.storage, 'feeds'), journal: join(config.storage, 'journal') };
  return { db: mysql.db, ...folders, clock, log };
}

function work(wish: CommandWish, config: Config, places: HubPlaces | null, progress: Progress): Promise<Outcome> {
  const { account, user, keys, from } = wish;
  const deps = {
    source: sourceOf(from, progress),
    wish: { account, user, keys, writeKey: from.kind === 'url' ? from.key : null },
    storage: config.storage,
    progress,
    random,
    now: clock.seconds(),
  };
  return places === null || wish.dryRun ? dryRun({ ...deps, places }) : takeOver({ ...deps, places });
}

function sourceOf(from: CommandWish['from'], progress: Progress): Source {
  if (from.kind === 'folder') return folderSource(from);
  if (from.kind === 'archive') return archiveSource(from.path, (bytes, of) => progress.bytes(bytes, of));
  return urlSource({ ...from, clock });
}

function sentences({ done, plan }: Outcome): string {
  if (plan === null)
    return 'This was taken over before; nothing was done. docs/import.md tells how to take it again.\n';
  const next =
    done === 'now'
      ? '\nStart Hearth again; what posted to EmonCMS can post to it as it is.\n'
      : '\nNothing was changed.\n';
  return summary(plan, done !== 'now') + next;
}
