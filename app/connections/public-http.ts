import { lookup as dnsLookup } from 'node:dns/promises';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../../lib/clock.ts';
import type { Answer, Fetch } from '../../models/forecast/ask-source.ts';
import { ForecastError } from '../../models/forecast/forecast-error.ts';
import { type FetchRules, isAskable } from '../../models/forecast/public-address.ts';

export interface PublicHttpDeps {
  readonly clock: Clock;
  readonly rules: FetchRules;
  /** Every address of a name. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
}

const PATIENCE_MS = 20_000;
const MOST_BYTES = 2 * 1024 * 1024;
const MOST_REDIRECTS = 3;

/**
 * Asks servers outside of the house, and nothing else: http and https only, every address of the name checked before the connection, which
 * then goes to the very address that was checked; each redirect the same, with the headers only on the same origin. At most 20 s and 2 MB.
 */
export function publicHttp({ clock, rules, lookup = addressesOf }: PublicHttpDeps): Fetch {
  return async (address, headers) => {
    const limit = timeLimit(clock);
    try {
      const first = new URL(address);
      let url = first;
      for (let hops = 0; ; hops += 1) {
        const kept = url.origin === first.origin ? headers : {};
        const ip = await Promise.race([askableAddress(url, rules, lookup), limit.late]);
        const answer = await exchange(url, ip, kept, limit);
        if (answer.location === null) return answer;
        if (hops >= MOST_REDIRECTS) throw new ForecastError('The server redirects again and again.');
        url = redirected(url, answer.location);
      }
    } finally {
      limit.stop();
    }
  };
}

interface TimeLimit {
  /** Rejects when time is up. */
  readonly late: Promise<never>;
  readonly signal: AbortSignal;
  stop(): void;
}

function timeLimit(clock: Clock): TimeLimit {
  const over = new AbortController();
  let stop = () => {};
  const late = new Promise<never>((_, reject) => {
    stop = clock.after(PATIENCE_MS, () => {
      over.abort();
      reject(new ForecastError('The server did not answer in time.'));
    });
  });
  late.catch(() => undefined);
  return { late, signal: over.signal, stop: () => stop() };
}

async function askableAddress(
  url: URL,
  rules: FetchRules,
  lookup: (host: string) => Promise<readonly string[]>,
): Promise<string> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new ForecastError('Only http and https can be asked.');
  if (url.username || url.password) throw new ForecastError('An address with a password in it is not asked.');
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const ips = isIP(host) ? [host] : await lookup(host);
  const [first] = ips;
  // One wrong address among several makes all of them suspect.
  if (first === undefined || !ips.every((ip) => isAskable(ip, rules)))
    throw new ForecastError('This address is not on the public internet, so it is not asked.');
  return ips.find((ip) => isIP(ip) === 4) ?? first;
}

function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : null;
  if (!to) throw new ForecastError('The server redirects to nowhere.');
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw new ForecastError('The server redirects from https to what anybody could read.');
  return to;
}

type Located = Answer & { readonly location: string | null };

function exchange(url: URL, ip: string, headers: Readonly<Record<string, string>>, limit: TimeLimit): Promise<Located> {
  const isSecure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const answer = new Promise<Located>((resolve, reject) => {
    const options = {
      host: ip,
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
      path: `${url.pathname}${url.search}`,
      headers: { accept: 'application/json, text/csv;q=0.9', 'user-agent': 'Hearth', ...headers, host: url.host },
      // The certificate must be the name's, though the connection goes to an address.
      ...(isSecure && !isIP(host) ? { servername: host } : {}),
      agent: false,
      signal: limit.signal,
    };
    const call = isSecure ? secure(options) : plain(options);
    const fail = (cause: unknown) => reject(cause instanceof ForecastError ? cause : unreachable(cause));
    call.on('error', fail);
    call.on('response', (response) => {
      collect(response).then(
        (body) => resolve({ ...statusOf(response), body }),
        (cause: unknown) => {
          call.destroy();
          fail(cause);
        },
      );
    });
    call.end();
  });
  return Promise.race([answer, limit.late]);
}

function statusOf({ statusCode = 0, headers }: IncomingMessage): Omit<Located, 'body'> {
  const moved = statusCode >= 300 && statusCode < 400 ? (headers.location ?? null) : null;
  return { status: statusCode, retryAfter: headers['retry-after'] ?? null, location: moved };
}

async function collect(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new ForecastError('The answer is too long.');
    chunks.push(chunk);
  }
  if (!response.complete) throw new ForecastError('The answer broke off.');
  return Buffer.concat(chunks).toString('utf8');
}

function unreachable(cause: unknown): ForecastError {
  const { code } = (cause ?? {}) as { code?: unknown };
  return new ForecastError(`The server cannot be reached${typeof code === 'string' ? ` (${code})` : ''}.`, { cause });
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await dnsLookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new ForecastError('The name of the server leads nowhere.', { cause });
  }
}
