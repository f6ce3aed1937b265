import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DumpRow, readDump } from './sql-dump.ts';

async function rowsOf(pieces: Iterable<string | Buffer>): Promise<[string, DumpRow][]> {
  const rows: [string, DumpRow][] = [];
  await readDump(
    Readable.from(pieces),
    (table) => table === 'feeds' || table === 'users',
    (table, row) => void rows.push([table, row]),
  );
  return rows;
}

const CREATE =
  'CREATE TABLE `feeds` (\n `id` int(11) NOT NULL AUTO_INCREMENT,\n `name` text DEFAULT NULL,\n PRIMARY KEY (`id`,`name`)\n) ENGINE=InnoDB;\n';

test.each<[string, string, DumpRow[]]>([
  ['columns named with the rows', 'INSERT INTO feeds (id, name) VALUES (1,"a");', [{ id: '1', name: 'a' }]],
  ['columns named by the table', `${CREATE}INSERT INTO \`feeds\` VALUES (1,'a');`, [{ id: '1', name: 'a' }]],
  [
    'several rows',
    `${CREATE}INSERT INTO \`feeds\` VALUES (1,'a'),(2,NULL) ,\n(-3,'');`,
    [
      { id: '1', name: 'a' },
      { id: '2', name: null },
      { id: '-3', name: '' },
    ],
  ],
  ['doubled quotes', "INSERT INTO feeds (name) VALUES ('it''s');", [{ name: "it's" }]],
  ['escapes', String.raw`INSERT INTO feeds (name) VALUES ('\'\"\\\n\0\Z\%x');`, [{ name: '\'"\\\n\0\x1a%x' }]],
  ['signs that mean something elsewhere', "INSERT INTO feeds (name) VALUES ('a),(b;--`');", [{ name: 'a),(b;--`' }]],
  ['the word NULL in quotes', "INSERT INTO feeds (name) VALUES ('NULL');", [{ name: 'NULL' }]],
  [
    'numbers of every kind',
    'INSERT INTO feeds (a,b,c,d) VALUES (-1.5e-7,+2,0xFF,1E+3);',
    [{ a: '-1.5e-7', b: '+2', c: '0xFF', d: '1E+3' }],
  ],
  ['a name in backticks with a backtick', 'INSERT INTO feeds (`a``b`) VALUES (1);', [{ 'a`b': '1' }]],
  [
    'a database before the table',
    'INSERT INTO `emoncms`.`feeds` (id) VALUES (1);INSERT INTO emoncms.feeds (id) VALUES (2);',
    [{ id: '1' }, { id: '2' }],
  ],
  [
    'comments',
    '-- INSERT INTO feeds (id) VALUES (1);\n# x\n/* INSERT */ INSERT/**/INTO feeds (id) VALUES (2); --',
    [{ id: '2' }],
  ],
  [
    'what MySQL runs of comments',
    '/*!40000 INSERT INTO feeds (id) VALUES (1) */;/*!50503 SET NAMES utf8 */;',
    [{ id: '1' }],
  ],
  [
    'REPLACE and IGNORE',
    'REPLACE INTO feeds (id) VALUES (1); INSERT IGNORE INTO feeds (id) VALUES (2);',
    [{ id: '1' }, { id: '2' }],
  ],
  ['a character set before a text', "INSERT INTO feeds (name) VALUES (_binary 'x');", [{ name: 'x' }]],
  [
    'a type with commas and a default',
    "CREATE TABLE IF NOT EXISTS `feeds` (`a` enum('x,(y','z') DEFAULT 'x', `b` decimal(10,2), KEY `k` (`a`(10)), CONSTRAINT `c` CHECK (`b` > 0));INSERT INTO feeds VALUES ('z',1.5);",
    [{ a: 'z', b: '1.5' }],
  ],
  ['double quotes as names', 'CREATE TABLE "feeds" ("id" int);INSERT INTO "feeds" VALUES (7);', [{ id: '7' }]],
  ['a statement without an end', 'INSERT INTO feeds (id) VALUES (1),(2)', [{ id: '1' }, { id: '2' }]],
])('reads %s', async (_name, sql, rows) => {
  expect((await rowsOf([sql])).map(([, row]) => row)).toEqual(rows);
});

test.each([
  ['other tables', "INSERT INTO dashboard (id, content) VALUES (1,'INSERT INTO feeds (id) VALUES (1);');"],
  ['rows of another length than the columns', 'INSERT INTO feeds (id, name) VALUES (1),(1,2,3);'],
  ['a table whose columns nobody named', 'INSERT INTO feeds VALUES (1);'],
  ['a text that the dump ends in', "INSERT INTO feeds (id) VALUES ('never closed"],
  ['a row that the dump ends in', 'INSERT INTO feeds (id) VALUES (1'],
  ['what is no SQL', 'INSERT INSERT ( ( ; VALUES ;;; ) CREATE ; \\ \' " `'],
  ['nothing', ''],
])('takes no row of %s', async (_name, sql) => {
  expect(await rowsOf([sql])).toEqual([]);
});

test('comes out the same however the bytes are cut', async () => {
  const sql = Buffer.from(
    `${CREATE}-- ünï\nINSERT INTO \`feeds\` VALUES (1,'it''s \\'ü\\\\'),(-2.5e-3,NULL);/*!40000 x */;REPLACE INTO feeds (id) VALUES (3);`,
  );
  const whole = await rowsOf([sql]);
  expect(whole).toHaveLength(3);
  for (let cut = 1; cut < sql.length; cut += 1) {
    expect(await rowsOf([sql.subarray(0, cut), sql.subarray(cut)])).toEqual(whole);
  }
  const bytes = [...sql].map((_, i) => sql.subarray(i, i + 1));
  expect(await rowsOf(bytes)).toEqual(whole);
});

test('gives back whatever text a dump can hold', async () => {
  const escaped = (text: string) => [...text].map((char) => ESCAPES[char] ?? char).join('');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), async (texts) => {
      const sql = `INSERT INTO users (name) VALUES ${texts.map((text) => `('${escaped(text)}')`).join(',')};`;
      expect((await rowsOf([sql])).map(([, row]) => row.name)).toEqual(texts);
    }),
    { numRuns: 200 },
  );
});

const ESCAPES: Record<string, string> = {
  "'": "\\'",
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
};
