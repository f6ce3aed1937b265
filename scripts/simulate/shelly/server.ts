import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, sleep } from '../../../lib/clock.ts';
import type { Random } from '../../../lib/random.ts';
import { type Fault, SLOW_MS } from '../fault.ts';
import { type Answer, gen1Answer } from './gen1.ts';
import { gen2Answer } from './gen2.ts';
import { challenge, isLetIn } from './guard.ts';
import { idOf, type ShellyState } from './state.ts';

export interface ShellyServer {
  /** host:port */
  readonly address: string;
  fault: Fault;
  stop(): Promise<void>;
}

export interface ShellyServerDeps {
  readonly state: ShellyState;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly fault?: Fault;
  readonly clock: Clock;
  readonly random: Random;
}

/** A Shelly's HTTP door. */
export async function shellyServer({
  state,
  host,
  port,
  fault = 'none',
  clock,
  random,
}: ShellyServerDeps): Promise<ShellyServer> {
  const nonce = random.hex(8);
  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const own: ShellyServer = {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    fault,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return own;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    if (own.fault === 'slow') await sleep(clock, SLOW_MS);
    if (own.fault === 'garbage') return void res.end(random.bytes(500));
    if (own.fault === 'huge') return flood(res);
    const url = new URL(req.url ?? '/', 'http://shelly');
    if (url.pathname !== '/shelly' && !mayEnter(req)) {
      res.writeHead(401, { 'WWW-Authenticate': challenge(state.kind.generation, idOf(state), nonce) }).end();
      return;
    }
    const body = Buffer.concat(chunks).toString();
    const { method = 'GET' } = req;
    const said = state.kind.generation === 1 ? gen1Answer(state, method, url) : gen2Answer(state, method, url, body);
    send(res, own.fault === 'lying' ? lie(said) : said);
  }

  function mayEnter({ headers, method = 'GET', url: uri = '/' }: IncomingMessage): boolean {
    const { password, kind } = state;
    const wanted = { generation: kind.generation, realm: idOf(state), nonce, method, uri };
    return password === undefined || isLetIn(headers.authorization ?? '', { ...wanted, password });
  }
}

function send(res: ServerResponse, { status, body }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  // as the devices do: one answer, one connection
  res.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' }).end(text);
}

/** Ten megabytes where a few hundred bytes are expected. */
function flood(res: ServerResponse): void {
  const piece = Buffer.alloc(64 * 1024, '{"a":');
  let left = 160;
  const more = () => {
    while (left > 0 && !res.destroyed) {
      left -= 1;
      if (!res.write(piece)) return void res.once('drain', more);
    }
    res.end();
  };
  more();
}

/** Powers no home has. */
function lie({ status, body }: Answer): Answer {
  const text = JSON.stringify(body).replace(/"(power|apower|total_act_power)":[\d.]+/g, '"$1":9e12');
  return { status, body: JSON.parse(text) as unknown };
}
