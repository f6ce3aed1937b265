/** What a browser without scripts does: it keeps cookies, posts forms, and follows no redirect by itself. */
export class Visitor {
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  /** `url`: the hub's address. */
  constructor(url: string) {
    this.#url = url;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, { headers });
  }

  /** Posts a form as one of the hub's own pages would. */
  post(path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const own = { origin: this.#url, 'sec-fetch-site': 'same-origin' };
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(form), headers: { ...own, ...headers } });
  }

  /** Sends JSON with any method, as a script of one of the hub's own pages would. */
  send(method: string, path: string, body: object = {}): Promise<Answer> {
    const headers = { origin: this.#url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    return this.#ask(path, { method, body: JSON.stringify(body), headers });
  }

  /** The value of a cookie as the hub set it. */
  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  async #ask(path: string, init: RequestInit & { headers: Record<string, string> }): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(new URL(path, this.#url), { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return {
      status: response.status,
      text: await textOf(response),
      location: response.headers.get('location') ?? '',
    };
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string;
}

/** Of a stream that never ends: what comes at once. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return await response.text();
  const reader = response.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

export const PASSWORD = 'three wet sheep';

export interface Owner {
  readonly visitor: Visitor;
  readonly username: string;
  readonly read: string;
  readonly write: string;
}

/** Makes a household on the set-up page, which records new meters by itself, and reads its keys. */
export async function setUp(http: string, username = 'megan', timezone = 'Europe/Paris'): Promise<Owner> {
  const visitor = new Visitor(http);
  const form = { home: 'Tan-y-bryn', username, password: PASSWORD, email: '', timezone, language: 'en' };
  const { status, text } = await visitor.post('/set-up', form);
  if (status !== 303) throw new Error(`/set-up answered ${status}: ${text}`);
  const answer = await new Visitor(http).post('/user/auth.json', { username, password: PASSWORD });
  const keys = JSON.parse(answer.text) as { apikey_read: string; apikey_write: string };
  return { visitor, username, read: keys.apikey_read, write: keys.apikey_write };
}
