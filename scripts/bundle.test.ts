import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { testFolder } from '../test/stores.ts';

const { bundle } = (await import(new URL('./bundle.mjs', import.meta.url).href)) as {
  bundle: (out: string) => Promise<void>;
};

const out = testFolder('bundle');
let manifest: Record<string, string>;

beforeAll(async () => {
  await bundle(out);
  manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
});

test('the style and the live script stand in the manifest under hashed names', () => {
  expect(manifest).toMatchObject({
    'hearth.css': expect.stringMatching(/^hearth-[A-Z0-9]{8}\.css$/),
    'live.js': expect.stringMatching(/^live-[A-Z0-9]{8}\.js$/),
  });
});

test('every script and style has copies that unpack to it', () => {
  const files = readdirSync(out).filter((name) => /\.(js|css)$/.test(name));
  expect(files).toEqual(expect.arrayContaining(Object.values(manifest)));
  for (const name of files) {
    const plain = readFileSync(join(out, name));
    expect(brotliDecompressSync(readFileSync(join(out, `${name}.br`)))).toEqual(plain);
    expect(gunzipSync(readFileSync(join(out, `${name}.gz`)))).toEqual(plain);
  }
});

test('the same sources give the same names', async () => {
  const again = testFolder('bundle');
  await bundle(again);
  expect(readdirSync(again)).toEqual(readdirSync(out));
});
