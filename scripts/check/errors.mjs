import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Error codes without a heading in docs/errors.md, and headings without a code. */
export async function errorProblems(root) {
  const page = join(root, 'docs/errors.md');
  if (!existsSync(page)) return ['docs/errors.md is missing.'];
  const { ERRORS } = await import(pathToFileURL(join(root, 'build/lib/errors.js')).href);
  const headings = new Set(
    [...readFileSync(page, 'utf8').matchAll(/^#+ .*?\b(HUB_[A-Z_]+)/gm)].map((match) => match[1]),
  );
  const codes = Object.keys(ERRORS);
  return [
    ...codes.filter((code) => !headings.has(code)).map((code) => `docs/errors.md has no heading for ${code}.`),
    ...[...headings]
      .filter((code) => !codes.includes(code))
      .map((code) => `docs/errors.md explains ${code}, which does not exist.`),
  ];
}
