import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../lib/project-root.ts';
import { startServer } from './ingest/child.ts';
import { makeHouse } from './ingest/house.ts';
import { type BenchHub, startBenchHub } from './shared/hub.ts';
import { compareRates, figure, median, rate } from './shared/ratio.ts';

/**
 * `input/bulk` as emonhub sends it: rows of five values, each an input that is logged to a feed of its own. As a ratio to a
 * bare Express handler that parses the same body, and to `JSON.parse` of its rows alone.
 */
const { values: args } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    ms: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
  },
});
const ROWS = Number(args.rows);
const MS = Number(args.ms);
const VALUES = 5;
const NODES = ['bench0', 'bench1', 'bench2', 'bench3'];
const GOAL = 300_000;
const agent = new Agent({ keepAlive: true });

const hub = await startBenchHub();
const express = await startServer(join(projectRoot, 'build/scripts/bench/ingest/bare-express.js'));
try {
  process.exitCode = await main(hub, express.ready.http ?? '');
} finally {
  agent.destroy();
  await Promise.all([hub.stop(), express.stop()]);
}

async function main({ http }: BenchHub, bare: string): Promise<number> {
  const { key } = await makeHouse(http, NODES, { reading: () => '{"1":1,"2":1,"3":1,"4":1,"5":1}' });
  const bodies = NODES.map((node) => rowsOf(node));
  let time = Math.floor(Date.now() / 1000) - 5000 * 86_400;
  const post = (url: string) => async () => {
    const sent = time;
    time += ROWS * 10;
    await Promise.all(bodies.map((rows) => send(`${url}/input/bulk?apikey=${key}`, `time=${sent}&data=${rows}`)));
    return NODES.length * ROWS * VALUES;
  };
  const parse = () => bodies.reduce((sum, rows) => sum + (JSON.parse(rows) as unknown[]).length * VALUES, 0);
  const toExpress = await compareRates(
    () => rate(MS, post(http)),
    () => rate(MS, post(bare)),
    Number(args.rounds),
  );
  const toParse = median([await rate(MS / 2, parse), await rate(MS / 2, parse), await rate(MS / 2, parse)]);
  const size = bodies[0]?.length ?? 0;
  console.log(`${ROWS} rows of ${VALUES} values, ${figure(size)} bytes a request, ${NODES.length} at a time`);
  console.log(`bare Express: ${figure(toExpress.theirs)} readings/s; JSON.parse alone: ${figure(toParse)} readings/s`);
  console.log(
    `input/bulk: ${figure(toExpress.ours)} readings/s (goal ${figure(GOAL)}), ${toExpress.ratio.toFixed(2)} of bare Express, ${(toExpress.ours / toParse).toFixed(2)} of JSON.parse`,
  );
  return toExpress.ours >= GOAL ? 0 : 1;
}

function rowsOf(node: string): string {
  return JSON.stringify(
    Array.from({ length: ROWS }, (_, row) => [
      row * 10,
      node,
      ...Array.from({ length: VALUES }, (_, value) => ((row * 37 + value * 101) % 5000) / 2),
    ]),
  );
}

function send(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      answer.on('end', () =>
        said === 'ok' ? resolve() : reject(new Error(`${url} said ${answer.statusCode} ${said}`)),
      );
    });
    sending.on('error', reject).end(body);
  });
}
