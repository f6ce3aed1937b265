import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubError } from '../../lib/errors.ts';

/** Longest socket path Linux takes, in bytes, less the longest name put into the folder. */
const LONGEST = 107 - '/hub-4194304-0123456789ab.sock'.length;

/**
 * The folder for this storage's sockets, made when missing and open to its owner only: `<storage>/run`, or where that
 * would be too long for a socket's path, `<temp>/hearth-<user>-<hash of the storage's path>`.
 */
export function socketFolder(storage: string): string {
  mkdirSync(storage, { recursive: true, mode: 0o700 });
  const folder = join(realpathSync(storage), 'run');
  return privateFolder(Buffer.byteLength(folder) <= LONGEST ? folder : shortFolder(folder));
}

function shortFolder(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(tmpdir(), `hearth-${process.getuid?.() ?? 0}-${hash}`);
}

/** Anyone may make a folder of this name in the temp folder beforehand: then it is not used. */
function privateFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const uid = process.getuid?.() ?? found.uid;
  if (!found.isDirectory() || found.uid !== uid)
    throw new HubError('HUB_CONFIG', { sentence: `${folder} belongs to somebody else, so Hearth does not use it.` });
  if ((found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return folder;
}
