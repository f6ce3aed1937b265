import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectRoot } from '../../lib/project-root.ts';
import { testFolder } from '../../test/stores.ts';

interface Device {
  readonly node: string;
  readonly family: string;
  readonly health: { readonly state: string };
}

interface Feed {
  readonly tag: string;
  readonly name: string;
  readonly time: number | null;
  readonly value: number | null;
}

const PATIENCE = { timeout: 60_000, interval: 500 };

describe('the demo', () => {
  const storage = join(testFolder('demo'), 'house');
  let demo: ChildProcess;
  let ended: Promise<number | null>;
  let url: string;
  let cookie: string;
  let said = '';

  beforeAll(async () => {
    const program = join(projectRoot, 'build/scripts/demo/main.js');
    demo = spawn(process.execPath, [program, '--storage', storage, '--days', '3', '--port', '0']);
    ended = new Promise((resolve) => demo.once('close', resolve));
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on('data', (text: Buffer) => {
        said += text.toString();
      });
    await vi.waitUntil(() => said.includes('is alive'), PATIENCE);
    url = /http:\/\/[\d.:]+/.exec(said)?.[0] ?? '';
    const form = new URLSearchParams({ username: 'demo', password: 'tan-y-bryn' });
    const headers = { Origin: url };
    const answer = await fetch(`${url}/sign-in`, { method: 'POST', body: form, headers, redirect: 'manual' });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }, 90_000);

  afterAll(async () => {
    demo?.kill('SIGKILL');
    await ended;
  });

  const get = (path: string) => fetch(`${url}${path}`, { headers: { Cookie: cookie } });
  const feed = async (tag: string, name: string) => {
    const feeds = (await (await get('/api/v1/feeds')).json()) as Feed[] | { feeds: Feed[] };
    const list = Array.isArray(feeds) ? feeds : feeds.feeds;
    return list.find((one) => one.tag === tag && one.name === name);
  };

  test('says where it is, how to sign in, and whose day it shows', () => {
    expect(said).toContain('Sign in as demo with the password tan-y-bryn');
    expect(said).toContain('CC BY 4.0');
  });

  test('shows a home that lives', async () => {
    const page = await (await get('/')).text();
    expect(page).toContain('Tan-y-bryn');
    const before = await feed('meter', 'active_power');
    expect(before?.value).toBeGreaterThan(0);
    await expect.poll(async () => (await feed('meter', 'active_power'))?.time, PATIENCE).not.toBe(before?.time);
  });

  test('has six devices of six families, each of which answers', async () => {
    const states = async () => {
      const { devices } = (await (await get('/api/v1/devices')).json()) as { devices: Device[] };
      return devices.filter(({ health }) => health.state === 'online').map(({ family }) => family);
    };
    await expect.poll(async () => (await states()).length, PATIENCE).toBe(6);
    expect(new Set(await states()).size).toBe(6);
  });

  test('has a past', async () => {
    const energy = await feed('meter', 'active_power_kwh');
    expect(energy?.value).toBeGreaterThan(20);
  });

  test('ends with Ctrl-C and leaves the folder it was given', async () => {
    demo.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(existsSync(join(storage, 'demo.json'))).toBe(true);
  });
});
