import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { FileSystem } from './file.ts';
import type { Series } from './series.ts';

export interface SeriesDeps {
  /** Where the feeds' files are. */
  readonly folder: string;
  /** Where the journal's segments are. */
  readonly journal: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
}

/** The series of a storage folder, with everything the journal holds already in place. */
export async function openSeries(deps: SeriesDeps): Promise<Series> {
  throw new Error(`no engine for ${deps.folder} yet`);
}
