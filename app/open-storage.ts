import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { nodeFiles } from '../models/timeseries/file.ts';
import { openSeries } from '../models/timeseries/open.ts';
import type { Series } from '../models/timeseries/series.ts';
import { type Certificates, openCertificates, ownNames } from './connections/certificates.ts';
import { lastWritten } from './last-written.ts';
import { lockStorage } from './storage-lock.ts';
import { connectStores, type Stores, type StoresDeps } from './stores.ts';
import type { Undo } from './undo.ts';

export interface HubStorageDeps extends StoresDeps {
  /** The name the hub took where its own was taken. */
  readonly alias: () => string | null;
}

/** All that the hub keeps. */
export interface HubStorage {
  readonly stores: Stores;
  readonly series: Series;
  /** What the clock said when a hub last wrote here; 0 where none has. */
  readonly marked: number;
  readonly certificates: Certificates;
  /** The certificates as they should be now: the same, or made anew. */
  readonly findCertificates: () => Promise<Certificates>;
}

/** Locks the storage folder and opens what is in it. The stores start while the series open, as both take their time. */
export async function openStorage(deps: HubStorageDeps, undo: Undo): Promise<HubStorage> {
  const { config, log, clock, random, alias } = deps;
  const journal = join(config.storage, 'journal');

  const lock = await lockStorage(config.storage, random);
  undo.push(() => lock.release());

  // Before the series write: what the machine's clock says now is judged by it.
  const marked = await lastWritten(journal);
  const opening = openSeries({ folder: join(config.storage, 'feeds'), journal, files: nodeFiles, clock, log });
  const opened = opening.then((series) => {
    undo.push(() => series.close());
    return series;
  });
  const findCertificates = () => {
    const names = [...new Set([...ownNames(config.hostname), alias() ?? 'localhost'])];
    return openCertificates({ folder: join(config.storage, 'tls'), names, clock, random });
  };
  const [stores, series, certificates] = await Promise.all([
    connectStores({ ...deps, clock: systemClock }, undo),
    opened,
    findCertificates(),
  ]);
  return { stores, series, marked, certificates, findCertificates };
}
