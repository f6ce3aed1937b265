import { readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { create } from 'tar';
import { describe, expect, test } from 'vitest';
import {
  expectGolden,
  expectGoldenFiles,
  GOLDEN,
  golden,
  importInto,
  NOT_AS_IT_WAS,
} from '../../test/emoncms-import.ts';
import { testStores } from '../../test/stores.ts';
import { archiveSource } from './archive-source.ts';
import { folderSource } from './folder-source.ts';
import type { Source } from './source.ts';
import { type TakeOverWish, takeOver } from './take-over.ts';

const stores = await testStores();
const { storage, deps, hub } = importInto(stores);

const REFUSALS: [name: string, prepare: () => Promise<Source>, wish: Partial<TakeOverWish>, sentence: RegExp][] = [
  ['a household that does not exist', async () => golden(), { account: 'nobody' }, /no account "nobody"/],
  [
    'a user that the dump does not have',
    async () => golden(),
    { user: 'nobody' },
    /no user "nobody"; it has megan, tomos/,
  ],
  [
    'no household for a source without people',
    async () => folderSource({ folder: GOLDEN, records: null, dump: null }),
    {},
    /set up a household/,
  ],
  [
    'a folder that is not there',
    async () => folderSource({ folder: '/nowhere', records: null, dump: null }),
    {},
    /\/nowhere cannot be read/,
  ],
  [
    'a dump that is not there',
    async () => folderSource({ folder: GOLDEN, records: null, dump: '/nowhere.sql' }),
    {},
    /\/nowhere\.sql cannot be read/,
  ],
  [
    'an archive that is not there',
    async () => archiveSource('/nowhere.tar.gz', () => undefined),
    {},
    /\/nowhere\.tar\.gz cannot be read/,
  ],
  [
    'an archive without a dump',
    async () => archiveSource(await packed(['phpfina']), () => undefined),
    {},
    /no emoncms\.sql/,
  ],
  [
    'what is no archive',
    async () => archiveSource(join(GOLDEN, 'emoncms.sql'), () => undefined),
    {},
    /damaged or cut short/,
  ],
];

test.each(REFUSALS)('refuses %s', async (_name, prepare, wish, sentence) => {
  const before = await hub();
  await expect(takeOver(deps(await prepare(), wish))).rejects.toMatchObject({
    code: 'HUB_IMPORT',
    sentence: expect.stringMatching(sentence),
  });
  expect({ ...(await hub()), files: [] }).toEqual({ ...before, files: [] });
});

/** An archive as the backup module makes it, in the test's folder. */
async function packed(names: readonly string[], gzip = true, cwd = GOLDEN): Promise<string> {
  const path = join(storage(), `backup-${names.join('-').replace(/\W/g, '')}.tar${gzip ? '.gz' : ''}`);
  await create({ file: path, cwd, gzip, portable: true }, [...names]);
  return path;
}

describe('an archive', () => {
  test.each([
    ['as the backup module makes it', ['emoncms.sql', 'phpfina', 'phptimeseries'], true],
    ['not packed', ['emoncms.sql', 'phpfina', 'phptimeseries'], false],
    ['with the dump last', ['phptimeseries', 'phpfina', 'emoncms.sql'], true],
    ['of a folder', ['.'], true],
  ] as const)('%s comes over as the folder does', async (_name, names, gzip) => {
    const { plan } = await takeOver(deps(archiveSource(await packed(names, gzip), () => undefined)));
    expectGolden(await hub());
    expectGoldenFiles(storage());
    expect(plan?.notes).toHaveLength(NOT_AS_IT_WAS.length);
  });

  test('leads nowhere else: paths out of it and links are refused, not followed', async () => {
    const folder = join(storage(), 'evil');
    await cp(GOLDEN, folder, { recursive: true });
    symlinkSync('/etc/passwd', join(folder, 'phpfina/30.dat'));
    writeFileSync(join(folder, 'phpfina/31.dat'), 'x');
    const path = join(storage(), 'evil.tar.gz');
    await create(
      {
        file: path,
        cwd: folder,
        gzip: true,
        preservePaths: true,
        onWriteEntry: (entry) => {
          if (entry.path.endsWith('31.dat')) entry.path = '../../phpfina/1.dat';
        },
      },
      ['emoncms.sql', 'phpfina', 'phptimeseries'],
    );
    const { plan } = await takeOver(deps(archiveSource(path, () => undefined)));
    expectGoldenFiles(storage());
    expect(plan?.notes).toContainEqual({
      kind: 'not taken',
      what: '../../phpfina/1.dat',
      why: 'its path leads out of the archive',
    });
    expect(plan?.notes).toContainEqual({ kind: 'not taken', what: 'phpfina/30.dat', why: 'it is a link' });
  });

  test('that is cut short anywhere is refused, and the hub stays as it was', async () => {
    const path = await packed(['emoncms.sql', 'phpfina', 'phptimeseries']);
    const whole = readFileSync(path);
    for (const share of [0.1, 0.4, 0.7, 0.9, 0.99]) {
      writeFileSync(path, whole);
      truncateSync(path, Math.floor(whole.length * share));
      await expect(takeOver(deps(archiveSource(path, () => undefined))), String(share)).rejects.toMatchObject({
        code: 'HUB_IMPORT',
      });
      expect((await hub()).users).toEqual([]);
    }
    writeFileSync(path, whole);
    await takeOver(deps(archiveSource(path, () => undefined)));
    expectGolden(await hub());
  });
});
