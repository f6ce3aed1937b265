import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../lib/clock.ts';
import { type Prices, SLOT_S } from './prices.ts';

/** Answers as Octopus's server does with what has been published by now; while it is `down` it is sorry. */
export class AgileServer {
  down = false;
  asked = 0;
  readonly #server: Server;

  constructor(prices: Prices, clock: Clock) {
    this.#server = createServer((request, response) => {
      this.asked += 1;
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('Connection', 'close');
      if (this.down) return void response.writeHead(503).end('{}');
      const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
      const time = (name: string) => Date.parse(searchParams.get(name) ?? '') / 1000;
      const known = prices.published(time('period_from'), time('period_to'), clock.seconds());
      const results = [...known].sort(([a], [b]) => b - a).map(([slot, pence]) => rateOf(slot, pence));
      response.end(JSON.stringify({ count: results.length, next: null, previous: null, results }));
    });
  }

  /** Resolves with its base address. */
  start(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', () => {
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/`);
      });
    });
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function rateOf(slot: number, pence: number) {
  const iso = (time: number) => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
  return {
    ...{ value_exc_vat: pence, value_inc_vat: Math.round(pence * 1.05 * 10_000) / 10_000 },
    ...{ valid_from: iso(slot * SLOT_S), valid_to: iso((slot + 1) * SLOT_S), payment_method: null },
  };
}
