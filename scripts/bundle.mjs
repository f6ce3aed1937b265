import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './setup.mjs';

const SCRIPTS = join(root, 'views/client');
const STYLE = join(root, 'public/css/hearth.css');

/**
 * Bundles the pages' scripts, each whole in one file so that nothing is fetched one after the other, and the style into
 * `out` under names that change with their content, each with a brotli and a gzip copy beside it, and writes
 * manifest.json: plain name → hashed name.
 */
export async function bundle(out) {
  mkdirSync(out, { recursive: true });
  const manifest = {
    ...(await bundleKind(scriptEntries(), out, { format: 'esm', target: 'es2022' })),
    ...(await bundleKind(existsSync(STYLE) ? [STYLE] : [], out, { target: ['chrome111', 'firefox113', 'safari16.4'] })),
  };
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 2));
  for (const name of readdirSync(out).filter((file) => /\.(js|css)$/.test(file))) compress(join(out, name));
}

/** A page asks for these by name, and for few of them at once; every other file in the folder is a part of one of them. */
function scriptEntries() {
  if (!existsSync(SCRIPTS)) return [];
  const files = readdirSync(SCRIPTS).filter((name) => /(?<!\.test|\.d)\.ts$/.test(name));
  const imported = new Set(files.flatMap((name) => importsOf(readFileSync(join(SCRIPTS, name), 'utf8'))));
  const asked = askedFor();
  return files.filter((name) => !imported.has(name) || asked.has(name)).map((name) => join(SCRIPTS, name));
}

/** The script names that stand in templates and page controllers. */
function askedFor() {
  const folders = ['views', 'views/partials', 'controllers/pages'];
  const texts = folders.flatMap((folder) => list(folder).map((name) => readFileSync(join(root, folder, name), 'utf8')));
  return new Set([...texts.join('\n').matchAll(/['"]([\w-]+)\.js['"]/g)].map((match) => `${match[1]}.ts`));
}

function list(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder)).filter((name) => /\.(ejs|ts)$/.test(name));
}

function importsOf(text) {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]\.\/([\w.-]+)['"]/g)].map((match) => match[1]);
}

async function bundleKind(entryPoints, outdir, options) {
  if (entryPoints.length === 0) return {};
  const { metafile } = await build({
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    metafile: true,
    entryNames: '[name]-[hash]',
    external: ['/icons/*'],
    absWorkingDir: root,
    logLevel: 'warning',
    ...options,
  });
  const built = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  return Object.fromEntries(
    built.map(([path, output]) => [basename(output.entryPoint).replace(/\.ts$/, '.js'), basename(path)]),
  );
}

function compress(file) {
  const bytes = readFileSync(file);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
