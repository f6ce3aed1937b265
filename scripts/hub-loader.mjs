import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

// The hub's entry in build/app/: runs hub.cjs with its compiled code. Code of another V8 is refused by V8 itself, and
// the text is compiled then. The bundle is ASCII only, so latin1 reads it as it is.
const file = fileURLToPath(new URL('./hub.cjs', import.meta.url));
const cache = file.replace(/cjs$/, 'cache');
const text = readFileSync(file, 'latin1');
const script = new Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, {
  filename: 'build/app/hub.cjs',
  ...(existsSync(cache) ? { cachedData: readFileSync(cache) } : {}),
});
const module = { exports: {} };
script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
