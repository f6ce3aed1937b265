import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const START = '<!-- routes -->';
const END = '<!-- /routes -->';
const PAGE = 'SECURITY.md';

/**
 * Routes without a valid policy or listed twice, and a table in SECURITY.md that says something else than the code.
 * With `write` the table is put there first.
 */
export async function routeProblems(root, { write = false } = {}) {
  const load = (path) => import(pathToFileURL(join(root, 'build/app', path)).href);
  const [{ routes }, { createControllers }, { allows, POLICIES }] = await Promise.all(
    ['routes.js', 'controllers.js', 'middleware/policy.js'].map(load),
  );
  const rows = listRoutes({ routes, createControllers });
  const problems = [...unruled(rows, POLICIES), ...twice(rows)];
  if (problems.length > 0) return problems;
  const table = routeTable(rows, allows);
  if (write) writePage(root, table);
  const held = existsSync(join(root, PAGE)) ? readFileSync(join(root, PAGE), 'utf8') : '';
  if (held.includes(`${START}\n${table}${END}`)) return [];
  return [`${PAGE} does not hold the routes as they are: run node scripts/check.mjs --write-routes.`];
}

/** The rows of app/routes.ts. Their controllers get models that are nothing at all, because nobody calls them here. */
export function listRoutes({ routes, createControllers }) {
  return routes(createControllers(anything()));
}

/** Stands for whatever it is taken for. */
function anything() {
  return new Proxy(() => undefined, {
    get: (_target, name) => {
      if (name === 'then') return undefined;
      if (name === Symbol.iterator) return () => [][Symbol.iterator]();
      return name === Symbol.toPrimitive ? () => '' : anything();
    },
    apply: () => anything(),
    construct: () => anything(),
  });
}

function unruled(rows, policies) {
  return rows
    .filter(({ who }) => !policies.includes(who))
    .map((row) => `${title(row)} has no policy that exists: ${String(row.who)}.`);
}

function twice(rows) {
  const titles = rows.map((row) => `${row.door} ${title(row)}`);
  return titles
    .filter((one, index) => titles.indexOf(one) !== index)
    .map((one) => `${one} stands in app/routes.ts twice.`);
}

const session = (role) => ({ account: 1, user: 1, role, by: 'session', timezone: 'UTC' });
const key = (role, by) => ({ account: 1, user: null, role, by, timezone: 'UTC' });

const CALLERS = [
  ['nobody', null],
  ['read key', key('guest', 'read key')],
  ['write key', key('adult', 'write key')],
  ['guest', session('guest')],
  ['adult', session('adult')],
  ['owner', session('owner')],
];

const DOORS = { page: 'Pages', plain: 'For machines', api: 'API', emoncms: 'EmonCMS', mqtt: 'MQTT' };

function routeTable(rows, allows) {
  const names = CALLERS.map(([name]) => name);
  const head = [`| | route | policy | ${names.join(' | ')} |`, `|---|---|---|${names.map(() => '---|').join('')}`];
  const lines = Object.entries(DOORS).flatMap(([door, heading]) =>
    rows
      .filter((row) => row.door === door)
      .map((row) => {
        const marks = CALLERS.map(([, who]) => (allows(row.who, who) ? '✓' : '–'));
        return `| ${heading} | \`${title(row)}\` | ${row.who} | ${marks.join(' | ')} |`;
      }),
  );
  return `${[...head, ...lines].join('\n')}\n`;
}

function title({ door, method, path, only, told }) {
  if (told) return `${path}, to listen only`;
  if (door === 'mqtt') return only ? `${path}, where a device of the household speaks` : path;
  return door === 'emoncms' ? `/${path}` : `${method.toUpperCase()} ${path}`;
}

function writePage(root, table) {
  const file = join(root, PAGE);
  const held = existsSync(file) ? readFileSync(file, 'utf8') : '# Security\n';
  const [from, to] = [held.indexOf(START), held.indexOf(END)];
  const whole =
    from >= 0 && to > from
      ? `${held.slice(0, from)}${START}\n${table}${held.slice(to)}`
      : `${held}\n## Roles × routes\n\n${START}\n${table}${END}\n`;
  writeFileSync(file, whole);
}
