import { expect, test } from 'vitest';
import { createLog } from '../../lib/log.ts';
import { ManualClock } from '../../lib/manual-clock.ts';
import type { Announcement, Mdns, NameAnswer } from './mdns.ts';
import { Presence } from './presence.ts';

/** A network on which others may have names already. */
function network(taken: Record<string, string> = {}, own = ['10.0.0.5']) {
  const clock = new ManualClock();
  const published: [string, Announcement[]][] = [];
  const names: string[] = [];
  let tell: (answer: NameAnswer) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const mdns: Mdns = {
    ask: (name) => taken[name] && tell({ name, address: taken[name] }),
    onAnswer: (listener) => {
      tell = listener;
    },
    publish: (host, _instance, services) => published.push([host, [...services]]),
    unpublish: () => published.splice(0),
    close: async () => undefined,
  };
  const presence = new Presence({
    clock,
    log: createLog('silent'),
    hostname: 'hearth',
    services: () => [{ type: 'http', port: 8080 }],
    open: (failed) => {
      fail = failed;
      return mdns;
    },
    addresses: () => own,
    named: (name) => void names.push(name),
  });
  presence.start();
  return {
    clock,
    published,
    names,
    presence,
    tell: (answer: NameAnswer) => tell(answer),
    fail: (error: Error) => fail(error),
  };
}

test('a free name is asked for three times, then told with the services', () => {
  const { clock, published, presence } = network();
  expect(presence.state()).toEqual({ name: null, conflict: false });
  clock.advance(750);
  expect(published).toEqual([['hearth.local', [{ type: 'http', port: 8080 }]]]);
  expect(presence.state()).toEqual({ name: 'hearth.local', conflict: false });
});

test('a name that is taken gives way to the next free one, and that is told', () => {
  const { clock, presence, names } = network({ 'hearth.local': '10.0.0.9', 'hearth-2.local': '10.0.0.10' });
  clock.advance(3000);
  expect(presence.state()).toEqual({ name: 'hearth-3.local', conflict: true });
  expect(names).toEqual(['hearth-3.local']);
});

test('our own answers, and other names, are no conflict', () => {
  const { clock, presence, tell } = network();
  clock.advance(750);
  tell({ name: 'hearth.local', address: '10.0.0.5' });
  tell({ name: 'other.local', address: '10.0.0.9' });
  expect(presence.state()).toEqual({ name: 'hearth.local', conflict: false });
});

test.each([
  ['the lower address keeps the name', '10.0.0.9', 'hearth.local'],
  ['the higher one takes the next', '10.0.0.1', 'hearth-2.local'],
])('of two hubs that meet later %s', (_what, address, name) => {
  const { clock, presence, tell, published } = network();
  clock.advance(750);
  tell({ name: 'Hearth.local', address });
  clock.advance(1000);
  expect(presence.state().name).toBe(name);
  expect(published.map(([host]) => host)).toEqual([name]);
});

test('whoever answers to every name ends the search, not the hub', () => {
  const { clock, presence } = network(new Proxy({}, { get: () => '10.0.0.66' }) as Record<string, string>);
  clock.advance(60_000);
  expect(presence.state()).toMatchObject({ name: null, conflict: true });
});

test('a machine without multicast goes on', async () => {
  const { clock, presence, fail } = network();
  fail(new Error('ENETUNREACH'));
  fail(new Error('ENETUNREACH'));
  clock.advance(1000);
  await presence.stop();
  const none = new Presence({
    clock,
    log: createLog('silent'),
    hostname: 'hearth',
    services: () => [],
    open: () => {
      throw new Error('no sockets');
    },
  });
  none.start();
  expect(none.state().name).toBeNull();
  await none.stop();
});
