import { expect, test } from 'vitest';
import { InOrder } from './in-order.ts';

test('what is ready waits for what came before, and a failure reaches its own caller only', async () => {
  const order = new InOrder();
  const settled: string[] = [];
  const note = (name: string) => (error?: Error | null) => settled.push(error ? `${name} ${error.message}` : name);
  let finish = (): void => undefined;
  let fail = (_: Error): void => undefined;
  const slow = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const bad = new Promise<void>((_, reject) => {
    fail = reject;
  });
  order.push(undefined, note('at once'));
  order.push(slow, note('slow'));
  order.push(slow, note('shares it'));
  order.push(undefined, note('ready'));
  order.push(bad, note('bad'));
  order.push(undefined, note('after'));
  expect(settled).toEqual(['at once']);
  fail(new Error('full'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toEqual(['at once']);
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  expect(settled).toEqual(['at once', 'slow', 'shares it', 'ready', 'bad full', 'after']);
});
