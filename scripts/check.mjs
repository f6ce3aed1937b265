import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { banProblems } from './check/bans.mjs';
import { budgetProblems } from './check/budgets.mjs';
import { errorProblems } from './check/errors.mjs';
import { importProblems } from './check/imports.mjs';
import { localeProblems } from './check/locales.mjs';
import { routeProblems } from './check/routes.mjs';
import { sizeProblems } from './check/sizes.mjs';
import { root, run, setUp } from './setup.mjs';

/** What must hold of the sources, each a list of sentences about what does not. Those below `build` read the built hub. */
const CHECKS = [
  ['types', () => tool('typescript/bin/tsc', '--noEmit', '-p', '.')],
  ['types of the pages’ scripts', () => tool('typescript/bin/tsc', '--noEmit', '-p', 'views/client')],
  ['types of the browser tests', () => tool('typescript/bin/tsc', '--noEmit', '-p', 'test/browser')],
  ['lint and format', () => tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')],
  ['imports point down', () => importProblems(sources())],
  ['file sizes', () => sizeProblems(sources())],
  ['time and chance', () => banProblems(sources())],
  ['build', () => ensureBuild().then(() => [])],
  ['words', () => localeProblems(root, sources())],
  ['error codes', () => errorProblems(root)],
  ['routes and SECURITY.md', () => routeProblems(root)],
  ['bundle budgets', () => budgetProblems(root)],
];

setUp({ programs: false });
if (process.argv.includes('--write-routes')) {
  await ensureBuild();
  await routeProblems(root, { write: true });
}
let failed = 0;
for (const [name, check] of CHECKS) {
  const problems = await check();
  for (const problem of problems) console.log(`  ${problem}`);
  console.log(`${problems.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
  if (problems.length > 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;

/** Every source file of ours by its path from the project folder. */
function sources() {
  const folders = ['app', 'controllers', 'lib', 'models', 'public/css', 'scripts', 'test', 'views'];
  const files = folders.filter((folder) => existsSync(join(root, folder))).flatMap(list);
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

function list(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|ejs|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

function tool(path, ...args) {
  const fine = run(process.execPath, [join(root, 'node_modules', path), ...args], { stdio: ['ignore', 1, 1] });
  return fine ? [] : ['The lines above say where.'];
}
