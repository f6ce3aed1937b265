import { expect, test } from 'vitest';
import { wishOf } from './wish.ts';

const WRITE_KEY = '0123456789abcdef0123456789abcde1';

const WRONG: [name: string, args: string[], sentence: RegExp][] = [
  ['no source', ['--account', 'megan'], /Name one of --dir, --backup and --url/],
  ['two sources', ['--dir', 'x', '--backup', 'y'], /Name one of/],
  ['a dump beside an archive', ['--backup', 'y', '--sql', 'x'], /go with --dir/],
  ['an unknown word', ['--dri', 'x'], /--dri/],
  ['no address', ['--url', 'emonpi', '--apikey', WRITE_KEY], /"emonpi" is no address/],
  ['no key', ['--url', 'http://emonpi'], /write key/],
  ['a read key’s length of anything', ['--url', 'http://emonpi', '--apikey', '123'], /32 characters/],
];

test.each(WRONG)('%s is refused in words', (_name, args, sentence) => {
  expect(() => wishOf(args, {})).toThrow(sentence);
});

test.each([
  ['nothing', []],
  ['--help', ['--help']],
])('%s asks what there is', (_name, args) => {
  expect(wishOf(args, {})).toBeNull();
});

const RIGHT: [args: string[], wish: object][] = [
  [['--dir', 'a'], { from: { kind: 'folder', folder: 'a', records: null, dump: null }, account: null, dryRun: false }],
  [
    ['--dir', 'a', '--phptimeseries', 'b', '--sql', 'c', '--account', 'd', '--user', 'e', '--keys'],
    { from: { kind: 'folder', folder: 'a', records: 'b', dump: 'c' }, account: 'd', user: 'e', keys: true },
  ],
  [['--backup', 'a', '--dry-run'], { from: { kind: 'archive', path: 'a' }, dryRun: true }],
  [
    ['--url', 'http://a/b', '--apikey', WRITE_KEY.toUpperCase()],
    { from: { kind: 'url', url: 'http://a/b', key: WRITE_KEY } },
  ],
];

test.each(RIGHT)('%j is understood', (args, wish) => {
  expect(wishOf(args, {})).toMatchObject(wish);
});

test('the key may stand in the environment, where no list of processes shows it', () => {
  expect(wishOf(['--url', 'http://a'], { EMONCMS_API_KEY: WRITE_KEY })).toMatchObject({ from: { key: WRITE_KEY } });
});
