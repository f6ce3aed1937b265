import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { build } from 'esbuild';

/**
 * Makes `<folder>/app/main.js` start from one file, `hub.cjs`, with V8's compiled code of it beside, `hub.cache`:
 * finding, reading and compiling a thousand modules takes most of a start otherwise. The modules stay for the scripts.
 */
export async function bundleHub(folder) {
  const file = join(folder, 'app/hub.cjs');
  await build({
    entryPoints: [join(folder, 'app/main.js')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['@node-rs/argon2', 'esbuild'], // find their own machine code beside themselves
    alias: { debug: fileURLToPath(new URL('./silent-debug.cjs', import.meta.url)) },
    define: { 'import.meta.url': 'hubUrl' },
    footer: { js: '})' },
    banner: {
      js: "(function (exports, require, module, __filename, __dirname) {const hubUrl = require('node:url').pathToFileURL(__filename).href;",
    },
    legalComments: 'none',
    minifyWhitespace: true,
    lineLimit: 120,
    logLevel: 'error',
  });
  copyFileSync(fileURLToPath(new URL('./hub-loader.mjs', import.meta.url)), join(folder, 'app/main.js'));
  const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), file, '--print-config'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { HEARTH_STORAGE: folder },
  });
  if (status !== 0) throw new Error('the bundled hub does not start.');
}

/** Runs the bundle for a moment, so that what a start needs is compiled, and writes what V8 made of it. */
function writeCache(file) {
  // As hub-loader.mjs has it: V8 takes compiled code only where its flags are the same.
  setFlagsFromString('--semi-space-growth-factor=1');
  const script = new Script(readFileSync(file, 'latin1'), { filename: 'build/app/hub.cjs' });
  const module = { exports: {} };
  process.on('exit', () => writeFileSync(file.replace(/cjs$/, 'cache'), script.createCachedData()));
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeCache(process.argv[2]);
