import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What the clock said when a file in the folder was last written, Unix seconds; 0 for a folder that is missing or empty. */
export async function lastWritten(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return Math.floor(Math.max(0, ...times) / 1000);
}
