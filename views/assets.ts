import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestHandler } from 'express';

/**
 * Serves /build/ (hashed names, kept for a year) and /icons/ (a day) from memory, in the best encoding that the build
 * left beside a file. Everything is read once at start, so no request can name a path outside.
 */
export function assets(root: string): RequestHandler {
  const files = new Map<string, Asset>();
  for (const [prefix, folder, age] of [
    ['/build/', 'public/build', 'public, max-age=31536000, immutable'],
    ['/icons/', 'public/icons', 'public, max-age=86400'],
  ] as const) {
    for (const [name, asset] of readFolder(join(root, folder), age)) files.set(prefix + name, asset);
  }
  const icon = files.get('/icons/hearth.svg');
  if (icon) files.set('/favicon.ico', icon);
  return (req, res, next) => {
    const asset = files.get(req.path);
    if (!asset || (req.method !== 'GET' && req.method !== 'HEAD')) return next();
    const encoding = (['br', 'gzip'] as const).find((name) => asset[name] && req.acceptsEncodings(name));
    res.set({ 'Content-Type': asset.type, 'Cache-Control': asset.age, Vary: 'Accept-Encoding' });
    res.set('X-Content-Type-Options', 'nosniff');
    if (encoding) res.set('Content-Encoding', encoding);
    res.send((encoding && asset[encoding]) ?? asset.plain);
  };
}

interface Asset {
  plain: Buffer;
  br: Buffer | undefined;
  gzip: Buffer | undefined;
  type: string;
  age: string;
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json',
  map: 'application/json',
  png: 'image/png',
  svg: 'image/svg+xml',
  webmanifest: 'application/manifest+json',
};

function* readFolder(folder: string, age: string): Generator<[string, Asset]> {
  const names = new Set(list(folder));
  for (const name of names) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const read = (suffix: string) => (names.has(name + suffix) ? readFileSync(join(folder, name + suffix)) : undefined);
    yield [name, { plain: readFileSync(join(folder, name)), br: read('.br'), gzip: read('.gz'), type, age }];
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
