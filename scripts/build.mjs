import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveUp, root, run, say } from './setup.mjs';

const SOURCES = ['app', 'controllers', 'models', 'lib', 'views', 'scripts', 'test', 'public/css'];
const SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Builds when a source has changed since the last build; a look at the file times otherwise. */
export async function ensureBuild() {
  if (readText('build/stamp') !== stamp()) await build();
}

/** Compiles the server into build/ and the browser's files into public/build/. Each is replaced at once, when it is whole. */
export async function build() {
  const stamped = stamp();
  say('builds');
  const fresh = `build.new-${process.pid}`;
  try {
    await buildInto(fresh, stamped);
  } catch (error) {
    rmSync(join(root, fresh), { recursive: true, force: true });
    giveUp(error.message);
  }
}

async function buildInto(fresh, stamped) {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  if (!run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh]))
    throw new Error('the build failed; the lines above say why.');
  const { bundle } = await import('./bundle.mjs');
  await bundle(join(root, fresh, 'public'));
  const { bundleHub } = await import('./bundle-hub.mjs');
  await bundleHub(join(root, fresh));
  writeFileSync(join(root, fresh, 'stamp'), stamped);
  replace(join(fresh, 'public'), 'public/build');
  replace(fresh, 'build');
}

function replace(fresh, place) {
  const old = join(root, `build.new-${process.pid}-old`);
  if (existsSync(join(root, place))) renameSync(join(root, place), old);
  renameSync(join(root, fresh), join(root, place));
  rmSync(old, { recursive: true, force: true });
}

/** Changes with every name, size and time of a source. */
function stamp() {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((folder) => walk(folder)).concat(SETTINGS);
  for (const file of files.sort()) {
    const found = statSync(join(root, file), { throwIfNoEntry: false });
    if (found) hash.update(`${file} ${found.size} ${found.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function walk(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|css|json)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function readText(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
