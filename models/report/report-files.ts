import { join } from 'node:path';
import { type FileSystem, replaceFile, syncFolder } from '../timeseries/file.ts';
import { ISDL_HEAD, isdlPeriod, isdlRow } from './isdl-text.ts';
import type { Report, ReportLine } from './report.ts';

export interface ReportFilesDeps {
  readonly files: FileSystem;
  /** Its subfolders are the households' numbers. */
  readonly folder: string;
}

/**
 * Puts a line for each device, the rest and the house into text files in ISDL's form, `<name>_day.txt` and so on. A file that has
 * the report's line already is left alone, so doing it again after a crash adds nothing; each file is replaced as a whole, so a
 * crash leaves the old or the new one.
 */
export async function fileReport({ files, folder }: ReportFilesDeps, report: Report): Promise<void> {
  const own = join(folder, String(report.account));
  await files.list(folder);
  await files.list(own);
  const { devices, rest, house } = report.body;
  const names = new Set<string>();
  for (const line of [house, rest, ...devices]) {
    const plain = fileName(line.name);
    const name = names.has(plain.toLowerCase()) ? `${plain}-${line.device ?? 0}` : plain;
    names.add(name.toLowerCase());
    await addLine(files, join(own, `${name}_${report.kind}.txt`), report, line);
  }
  await syncFolder(files, own);
}

/** A name without anything that a path would take for its own. */
function fileName(name: string): string {
  const plain = name.replace(/[^\p{L}\p{N} _-]/gu, '_').trim();
  return plain.slice(0, 60) || 'device';
}

async function addLine(files: FileSystem, path: string, report: Report, line: ReportLine): Promise<void> {
  const size = files.glance(path, 0, 0)?.size ?? 0;
  const before = size > 0 ? (files.glance(path, 0, size)?.bytes.toString('utf8') ?? '') : ISDL_HEAD;
  if (before.includes(`| ${isdlPeriod(report)} |`)) return;
  await replaceFile(files, path, Buffer.from(before + isdlRow(report, line)));
}
