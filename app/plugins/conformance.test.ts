import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { pluginDriver } from '../../models/drivers/plugin.ts';
import { driverConformance, type Fault } from '../../test/driver-conformance.ts';
import { compilePlugin, endCompiler, workerText } from './compile.ts';
import { PluginRunner } from './runner.ts';

const template = readFileSync(join(projectRoot, 'docs/plugin-template.ts'), 'utf8');
const deps = { clock: systemClock, log: createLog('silent'), memory: () => 0, worker: await workerText() };
const runner = new PluginRunner(deps, await compilePlugin('template.ts', template));
await endCompiler();
const facts = await runner.start();
afterAll(() => runner.stop());

// The template for plug-ins, beside the drivers that Hearth brings.
driverConformance(
  pluginDriver(facts, (method, args, http) => runner.call(method, args, http)),
  { start },
);

/** The socket that docs/plugin-template.ts speaks with. */
async function start() {
  const state = { watts: 0, wh: 0, on: false, fault: null as Fault | null };
  const server = createServer(async (req, res) => {
    if (state.fault === 'silent') return;
    if (state.fault === 'garbled') return void res.end('<html>busy</html>');
    if (state.fault === 'huge') return void res.end(`[${'1,'.repeat(500_000)}1]`);
    const body = (await req.setEncoding('utf8').toArray()).join('');
    if (req.url === '/relay') state.on = body === 'turn=on';
    res.end(JSON.stringify({ id: 'A1B2C3', watts: state.watts, wh: state.wh, on: state.on }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const named = { id: 1, account: 1, node: 'lamp', name: 'Lamp', family: 'plugin:my:socket', identity: 'A1B2C3' };
  return {
    device: { ...named, address, settings: {} },
    measure(power: number, energyWh = 0) {
      Object.assign(state, { watts: power, wh: energyWh });
    },
    isOn: () => state.on,
    async fail(fault: Fault) {
      state.fault = fault;
      if (fault === 'gone') await stop();
    },
    stop,
  };
}
