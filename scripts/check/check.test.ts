import { describe, expect, test } from 'vitest';

type Rule = (files: Map<string, string>) => string[];
type KeyRule = (keys: Set<string>, files: Map<string, string>) => string[];

/** The rules are plain JavaScript, because they run before anything is built. */
async function rule<T>(file: string, name: string): Promise<T> {
  const module: Record<string, unknown> = await import(new URL(file, import.meta.url).href);
  return module[name] as T;
}

const importProblems = await rule<Rule>('./imports.mjs', 'importProblems');
const banProblems = await rule<Rule>('./bans.mjs', 'banProblems');
const sizeProblems = await rule<Rule>('./sizes.mjs', 'sizeProblems');
const keyProblems = await rule<KeyRule>('./locales.mjs', 'keyProblems');

type Row = [name: string, files: Record<string, string>, problems: (string | RegExp)[]];

function expectProblems(found: string[], wanted: (string | RegExp)[]): void {
  expect(found).toEqual(wanted.map((one) => expect.stringMatching(one)));
}

const from = (...names: string[]) => names.map((name) => `import { a } from '${name}';`).join('\n');

const imports: Row[] = [
  ['down', { 'app/a.ts': from('../controllers/b.ts', '../models/c.ts', '../lib/d.ts') }, []],
  ['beside', { 'models/a.ts': from('./b.ts', './migrations/c.ts'), 'models/migrations/c.ts': from('../d.ts') }, []],
  ['up', { 'lib/a.ts': from('../models/b.ts') }, [/lib\/a.ts imports models\/b.ts/]],
  ['up, for a type', { 'models/a.ts': "import type { A } from '../controllers/b.ts';" }, [/which lies above/]],
  ['up, over several lines', { 'views/a.ts': "import {\n  a,\n  b,\n} from '../app/b.ts';" }, [/app\/b.ts/]],
  ['up, later', { 'models/a.ts': "await import('../app/b.ts')" }, [/app\/b.ts/]],
  ['up from the engine', { 'models/timeseries/a.ts': from('../feed.ts') }, [/models\/feed.ts/]],
  ['from nowhere of ours', { 'controllers/a.ts': from('../test/stores.ts') }, [/test\/stores.ts/]],
  ['as a test may', { 'lib/a.test.ts': from('../app/main.ts') }, []],
  ['in a comment', { 'lib/a.ts': `// ${from('../app/main.ts')}\n/* ${from('../app/main.ts')} */` }, []],
  ['a handle', { 'models/a.ts': from('ioredis') }, [/gets its handles passed in/]],
  ['the type of a handle', { 'models/a.ts': "import type { Redis } from 'ioredis';" }, []],
  [
    'in a circle',
    { 'lib/a.ts': from('./b.ts'), 'lib/b.ts': from('./c.ts'), 'lib/c.ts': from('./b.ts') },
    [/lib\/b.ts → lib\/c.ts → lib\/b.ts/],
  ],
  ['a barrel', { 'lib/index.ts': '' }, [/barrel/]],
  ['all of another file', { 'lib/a.ts': "export * from './b.ts';" }, [/import from that one/]],
];

test.each(imports)('imports: %s', (_name, files, problems) => {
  expectProblems(importProblems(new Map(Object.entries(files))), problems);
});

const bans: Row[] = [
  ['the wall clock', { 'app/a.ts': 'const a = 1;\nconst now = Date.now();' }, [/^app\/a.ts:2 uses Date.now/]],
  ['a date of now', { 'models/a.ts': 'new Date()' }, [/Clock/]],
  ['chance', { 'models/a.ts': 'Math.random()' }, [/Random/]],
  ['random bytes', { 'models/a.ts': 'randomBytes(8)' }, [/Random/]],
  ['a given date', { 'models/a.ts': 'new Date(seconds * 1000)' }, []],
  ['prose', { 'models/a.ts': '// Date.now() would be wrong\n/** Math.random() too */' }, []],
  [
    'where it belongs',
    { 'lib/clock.ts': 'Date.now()', 'scripts/bench/a.ts': 'Date.now()', 'views/client/a.ts': 'Date.now()' },
    [],
  ],
  ['after a URL', { 'app/a.ts': "const a = 'http://x'; Date.now();" }, [/Date.now/]],
];

test.each(bans)('time and chance: %s', (_name, files, problems) => {
  expectProblems(banProblems(new Map(Object.entries(files))), problems);
});

describe('words', () => {
  const keys = new Set(['home.title', 'home.days.one', 'home.days.other', 'state.live', 'state.off']);
  const rows: Row[] = [
    ['a key', { 'views/a.ejs': "<%= t('home.title') %>" }, []],
    ['a key with plural forms', { 'views/a.ejs': "<%= t('home.days', { count }) %>" }, []],
    ['a missing key', { 'views/a.ejs': "<%= t('home.titel') %>" }, [/views\/a.ejs asks for the words "home.titel"/]],
    ['a key put together', { 'views/a.ejs': `t('state.' + x) t(\`state.\${x}\`)` }, []],
    ['a missing family', { 'views/a.ejs': `t('stat.' + x) t(\`stat.\${x}\`)` }, [/stat\./, /stat\./]],
    ['other functions', { 'views/a.ts': "set('nothing') at('nothing')" }, []],
  ];
  test.each(rows)('%s', (_name, files, problems) => {
    expectProblems(keyProblems(keys, new Map(Object.entries(files))), problems);
  });
});

test('sizes: 450 lines pass, 451 do not', () => {
  const files = new Map([450, 451].map((lines) => [`lib/${lines}.ts`, '\n'.repeat(lines)]));
  expectProblems(sizeProblems(files), [/lib\/451.ts has 451 lines/]);
});
