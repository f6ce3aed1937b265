import { ForecastError } from './forecast-error.ts';
import type { Ask, Configured, Context } from './provider.ts';
import type { Span } from './span.ts';

/** What came back over HTTP. Redirects were followed where that was safe. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  /** The Retry-After header as it stands. */
  readonly retryAfter: string | null;
}

/** Asks a server on the public internet. Rejects with ForecastError. */
export type Fetch = (url: string, headers: Readonly<Record<string, string>>) => Promise<Answer>;

const MOST_PAGES = 5;

/** Everything a source tells when it is asked now. Rejects where any of it fails, so that a half answer replaces nothing. */
export async function askSource(fetch: Fetch, configured: Configured, context: Context): Promise<Span[]> {
  const spans: Span[] = [];
  for (const ask of configured.request(context)) spans.push(...(await answered(fetch, configured, context, ask)));
  if (spans.length === 0) throw new ForecastError('There is not a single figure in the answer.');
  return spans;
}

async function answered(fetch: Fetch, configured: Configured, context: Context, ask: Ask): Promise<Span[]> {
  const spans: Span[] = [];
  let url: string | null = ask.url;
  for (let page = 0; url !== null; page += 1) {
    if (page >= MOST_PAGES) throw new ForecastError('The answer has too many pages.');
    const answer: Answer = await fetch(url, ask.headers ?? {});
    if (ask.mayBeMissing && (answer.status === 204 || answer.status === 404)) return spans;
    const told = configured.parse(contentOf(answer), context);
    spans.push(...told.spans);
    url = told.next ?? null;
    // Whoever answers must not send the key elsewhere.
    if (url !== null && new URL(url).origin !== new URL(ask.url).origin)
      throw new ForecastError('The next page is on another server.');
  }
  return spans;
}

function contentOf({ status, body, retryAfter }: Answer): unknown {
  if (status === 429 || status === 503)
    throw new ForecastError(`The server asks for patience (${status}).`, waitOf(retryAfter));
  if (status === 401 || status === 403) throw new ForecastError(`The server does not take the key (${status}).`);
  if (status !== 200) throw new ForecastError(`The server answered with status ${status}.`);
  const text = body.replace(/^\uFEFF/, '').replace(/^\/\/(?=[{[])/, '');
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ForecastError('The answer is no JSON.', { cause });
  }
}

function waitOf(retryAfter: string | null): { wait?: number } {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? { wait: Number(retryAfter) } : {};
}
