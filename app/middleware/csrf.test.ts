import { expect, test } from 'vitest';
import { isForeign } from './csrf.ts';

const HOST = 'hearth.local:8080';

const REQUESTS: [name: string, headers: Record<string, string>, foreign: boolean][] = [
  ['a program', {}, false],
  ['our own page', { origin: 'http://hearth.local:8080' }, false],
  ['our own page behind a TLS proxy', { origin: 'https://hearth.local:8080' }, false],
  ['our own page, as newer browsers say it', { 'sec-fetch-site': 'same-origin' }, false],
  ['a bookmark', { 'sec-fetch-site': 'none' }, false],
  ['a page of another site', { origin: 'http://evil.example' }, true],
  ['a page on another port of this machine', { origin: 'http://hearth.local:3000' }, true],
  ['a page on the default port of this machine', { origin: 'http://hearth.local' }, true],
  ['a page that hides its origin', { origin: 'null' }, true],
  ['nonsense', { origin: '%%%' }, true],
  ['another site, as newer browsers say it', { 'sec-fetch-site': 'cross-site' }, true],
  ['a neighbour’s page', { 'sec-fetch-site': 'same-site' }, true],
  ['another site with our origin made up', { 'sec-fetch-site': 'cross-site', origin: `http://${HOST}` }, true],
];

test.each(REQUESTS)('%s', (_name, headers, foreign) => {
  expect(isForeign({ headers: { host: HOST, ...headers } })).toBe(foreign);
});

const PORTS: [host: string, origin: string, foreign: boolean][] = [
  ['hearth.local', 'http://hearth.local', false],
  ['hearth.local:80', 'http://hearth.local', false],
  ['hearth.local:443', 'https://hearth.local', false],
  ['HEARTH.local', 'http://hearth.local', false],
  ['[::1]:8080', 'http://[::1]:8080', false],
  ['hearth.local', 'http://hearth.local.evil.example', true],
];

test.each(PORTS)('host %s, origin %s: foreign is %s', (host, origin, foreign) => {
  expect(isForeign({ headers: { host, origin } })).toBe(foreign);
});
