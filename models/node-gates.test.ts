import { expect, test } from 'vitest';
import { NodeGates } from './node-gates.ts';

const of = (...nodes: string[]) => nodes.map((node) => ({ node }));

/** Work that ends when told, and what has begun and ended so far. */
function work() {
  const seen: string[] = [];
  const ends = new Map<string, (failed?: Error) => void>();
  const begin = (name: string) => () => {
    seen.push(name);
    return new Promise<string>((resolve, reject) => {
      ends.set(name, (failed) => (failed ? reject(failed) : resolve(name)));
    });
  };
  return { seen, begin, end: (name: string, failed?: Error) => ends.get(name)?.(failed) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

test('packets of one node take their turns, those of others do not wait', async () => {
  const gates = new NodeGates();
  const { seen, begin, end } = work();
  void gates.pass(1, of('a', 'b'), begin('first'));
  void gates.pass(1, of('b'), begin('second'));
  void gates.pass(1, of('c'), begin('elsewhere'));
  void gates.pass(2, of('b'), begin('neighbour'));
  await settle();
  expect(seen).toEqual(['first', 'elsewhere', 'neighbour']);
  expect([gates.closed(1, of('a')), gates.closed(1, of('x')), gates.closed(2, of('a'))]).toEqual([true, false, false]);
  end('first');
  await settle();
  expect(seen).toEqual(['first', 'elsewhere', 'neighbour', 'second']);
  expect([gates.closed(1, of('a')), gates.closed(1, of('b'))]).toEqual([false, true]);
});

test('a failure reaches its own packet only', async () => {
  const gates = new NodeGates();
  const { begin, end } = work();
  const first = gates.pass(1, of('a'), begin('first'));
  const second = gates.pass(1, of('a'), begin('second'));
  const failed = expect(first).rejects.toThrow('away');
  await settle();
  end('first', new Error('away'));
  await failed;
  await settle();
  end('second');
  expect(await second).toBe('second');
  expect(gates.closed(1, of('a'))).toBe(false);
});
