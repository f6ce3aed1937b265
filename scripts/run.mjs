import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuild } from './build.mjs';
import { giveUp, root, setUp } from './setup.mjs';

// npm run bench <name>, npm run campaign <name>, npm run simulate <device> …: the built scripts/<kind>/<name>.ts with the remaining arguments.
const [kind = '', name, ...args] = process.argv.slice(2);
const folder = join(root, 'scripts', kind);
const files = kind !== '' && existsSync(folder) ? readdirSync(folder) : [];
const names = files.filter((file) => /(?<!\.test)\.ts$/.test(file)).map((file) => file.slice(0, -3));

if (!name || name.startsWith('-')) {
  console.log(`npm run ${kind} -- <name> […], where <name> is one of:\n${names.map((one) => `  ${one}\n`).join('')}`);
  process.exit(name === '--help' ? 0 : 2);
}
if (!names.includes(name)) giveUp(`there is no ${kind} "${name}"; there is ${names.join(', ') || 'none yet'}.`);
setUp({ programs: !['simulate', 'device', 'explain'].includes(kind), tracer: kind === 'campaign' });
await ensureBuild();
const child = spawn(process.execPath, [join(root, 'build/scripts', kind, `${name}.js`), ...args], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
