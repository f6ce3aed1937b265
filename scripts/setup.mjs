// Runs before any npm package is there: Node's own modules only.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const OLDEST_NODE = [20, 19];

/** What Hearth runs beside itself, where it is not told of servers elsewhere, and the Debian package that brings it. */
const PROGRAMS = [
  { names: ['mariadbd', 'mysqld'], package: 'mariadb-server-core', what: 'MariaDB', unless: 'HEARTH_MYSQL_URL' },
  { names: ['redis-server', 'valkey-server'], package: 'redis-server', what: 'Redis', unless: 'HEARTH_REDIS_URL' },
];
const BROWSER = {
  names: ['chromium', 'chromium-browser'],
  package: 'chromium',
  what: 'Chromium, for the browser tests',
};

const TRACER = { names: ['strace'], package: 'strace', what: 'strace, for the campaigns' };

/** Brings the machine to where Hearth can be built and run, saying first what it installs. Ends the process where it cannot. */
export function setUp({ browser = false, programs = true, tracer = browser } = {}) {
  checkNode();
  installPackages();
  if (programs) installPrograms([...PROGRAMS, ...(browser ? [BROWSER] : []), ...(tracer ? [TRACER] : [])]);
}

/** Says why in one sentence and ends the process. */
export function giveUp(sentence) {
  console.error(`hearth: ${sentence}`);
  process.exit(1);
}

/** One line about what is going on, on stderr: stdout is the hub's. */
export function say(sentence) {
  console.error(`hearth: ${sentence}`);
}

/** Runs a command to its end with its output shown; true when it succeeded. */
export function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  return done.status === 0;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldMajor, oldMinor] = OLDEST_NODE;
  if (major > oldMajor || (major === oldMajor && minor >= oldMinor)) return;
  giveUp(`Hearth needs Node ${OLDEST_NODE.join('.')} or newer, and this is ${process.versions.node}.`);
}

function installPackages() {
  if (packagesFit()) return;
  say('installs the npm packages of package-lock.json into node_modules');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...before] = npm;
  // The build needs the development packages, too, whatever NODE_ENV says.
  if (
    !run(command, [...before, 'ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
  )
    giveUp('the npm packages could not be installed; the lines above say why.');
}

/** Whether node_modules holds the versions that package-lock.json names. Optional packages of other machines may be missing. */
function packagesFit() {
  const wanted = readLock('package-lock.json');
  const there = readLock('node_modules/.package-lock.json');
  if (!wanted || !there) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    const found = there[path];
    return found ? found.version === version : optional === true || devOptional === true;
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function installPrograms(programs) {
  const missing = programs.filter(({ names, unless }) => !(unless && process.env[unless]) && !names.some(isThere));
  if (missing.length === 0) return;
  const packages = missing.map((program) => program.package);
  const list = missing.map((program) => `${program.package} (${program.what})`).join(', ');
  if (!isThere('apt-get'))
    giveUp(`these programs are missing and this system has no apt-get to install them with: ${list}.`);
  const asRoot = rootPrefix(packages);
  say(`installs with apt-get: ${list}`);
  if (packages.includes('redis-server'))
    say(
      'Debian may start a Redis service with the package; Hearth starts a private one of its own and leaves that alone',
    );
  apt(asRoot, ['update', '-qq']);
  if (!apt(asRoot, ['install', '-y', '-qq', '--no-install-recommends', ...packages]))
    giveUp(`apt-get could not install ${packages.join(' and ')}; the lines above say why.`);
}

function rootPrefix(packages) {
  if (process.getuid?.() === 0) return [];
  const byHand = `run: apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (!isThere('sudo')) giveUp(`${packages.join(' and ')} must be installed by root; ${byHand}`);
  // Without a terminal nobody can be asked for a password.
  return process.stdin.isTTY ? ['sudo'] : ['sudo', '-n'];
}

function apt(asRoot, args) {
  const [command, ...rest] = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
  return run(command, rest, { stdio: [process.stdin.isTTY ? 'inherit' : 'ignore', 2, 2] });
}

function isThere(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
