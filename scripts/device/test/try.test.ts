import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../../lib/project-root.ts';
import { tryPlugin, wishOf } from './try.ts';

const template = join(projectRoot, 'docs/plugin-template.ts');

test('reads and switches, and says what the hub would take', async () => {
  let isOn = false;
  const server = createServer((req, res) => {
    if (req.url === '/relay') isOn = true;
    res.end(JSON.stringify({ id: 'A1B2C3', watts: isOn ? 40 : 0, wh: 1234, on: isOn }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wish = wishOf([template, '--address', address, '--switch', 'on']);
  const lines: string[] = [];
  expect(wish && (await tryPlugin(wish, (line) => void lines.push(line)))).toBe(0);
  server.close();
  const [, ...rest] = lines;
  expect(rest).toEqual([
    `At ${address}: A1B2C3`,
    'Switched on.',
    'The hub would take:',
    '  power_w              40',
    '  energy_wh            1234',
    '  switch               on',
  ]);
});

test('says why it does not work', async () => {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  expect(await tryPlugin({ file: 'none.ts', address: null, on: null, settings: {} }, say)).toBe(1);
  expect(await tryPlugin({ file: template, address: '127.0.0.1:1', on: null, settings: {} }, say)).toBe(1);
  expect(lines[0]).toBe('There is no file none.ts.');
  expect(lines.at(-1)).not.toContain('undefined');
});

test.each([[[]], [['a.ts', '--switch', 'maybe']], [['--help']]])('tells what there is: %j', (args) => {
  expect(wishOf(args)).toBeNull();
});
