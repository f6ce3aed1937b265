import { expect, test } from 'vitest';
import { loggableUrl } from './request-log.ts';

const KEY = '0123456789abcdef0123456789abcdef';

const URLS: [url: string, logged: string][] = [
  ['/graph', '/graph'],
  ['/feed/data.json?id=1&start=0', '/feed/data.json?id&start'],
  [`/feed/list.json?apikey=${KEY}`, '/feed/list.json?apikey'],
  [`/feed/list.json?api%6bey=${KEY}`, '/feed/list.json?apikey'],
  [`/feed/list.json?${KEY}`, '/feed/list.json?[…]'],
  [`/reset/${KEY}${KEY}`, '/reset/[secret]'],
  [`/join/${KEY}${KEY}?x=1`, '/join/[secret]?x'],
  ['/user/passwordreset.json?email=a@b.cymru&email=c', '/user/passwordreset.json?email'],
  ['/%0d%0aforged?=', '/%0d%0aforged?[…]'],
];

test.each(URLS)('%s is logged as %s', (url, logged) => {
  expect(loggableUrl(url)).toBe(logged);
});
