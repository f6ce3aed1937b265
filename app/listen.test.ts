import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { portOf } from './broker/listeners.ts';
import { listen } from './listen.ts';

const servers: Server[] = [];
const settings = ['HEARTH_MQTT_HOST', 'HEARTH_MQTT_PORT'] as const;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

function server(): Server {
  const made = createServer();
  servers.push(made);
  return made;
}

test('a port that another program has is named with its setting', async () => {
  const first = server();
  await listen(first, { host: '127.0.0.1', port: 0, settings });
  const port = portOf(first);
  await expect(listen(server(), { host: '127.0.0.1', port, settings })).rejects.toMatchObject({
    code: 'HUB_PORT',
    sentence: `Port ${port} is taken by another program. Stop it, or set HEARTH_MQTT_PORT to another port.`,
  });
});

test('an address of another machine is named with its setting', async () => {
  await expect(listen(server(), { host: '203.0.113.9', port: 0, settings })).rejects.toMatchObject({
    code: 'HUB_PORT',
    sentence: 'This machine does not have the address 203.0.113.9. Set HEARTH_MQTT_HOST to one that it has.',
  });
});
