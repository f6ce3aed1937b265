import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext, Script } from 'node:vm';

// The hub's entry in build/app/: runs hub.cjs with its compiled code. Code of another V8 is refused by V8 itself, and
// the text is compiled then. The bundle is ASCII only, so latin1 reads it as it is.

/** A start makes much that it does not keep: it is let go at once then, instead of staying until the house is busy. */
const SETTLED_MS = 5000;

// While it starts, the memory for what is new stays small. Part of what V8 compares the compiled code by, see bundle-hub.mjs.
setFlagsFromString('--semi-space-growth-factor=1');
start(fileURLToPath(new URL('./hub.cjs', import.meta.url)));
setTimeout(settle, SETTLED_MS).unref();

function start(file) {
  const cache = file.replace(/cjs$/, 'cache');
  const script = new Script(readFileSync(file, 'latin1'), {
    filename: 'build/app/hub.cjs',
    ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
}

function settle() {
  setFlagsFromString('--semi-space-growth-factor=2');
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
