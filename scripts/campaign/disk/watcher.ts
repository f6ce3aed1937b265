import { PASSWORD } from '../kill/house.ts';

/** Somebody who looks at the house's live values and its page. */
export class Watcher {
  events = 0;
  readonly #http: string;
  readonly #abort = new AbortController();
  #cookie = '';

  constructor(http: string) {
    this.#http = http;
  }

  async open(username: string, key: string): Promise<void> {
    const body = new URLSearchParams({ username, password: PASSWORD });
    const headers = { origin: this.#http, 'sec-fetch-site': 'same-origin' };
    const answer = await fetch(`${this.#http}/sign-in`, { method: 'POST', body, headers, redirect: 'manual' });
    this.#cookie = answer.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    const stream = await fetch(`${this.#http}/live?apikey=${key}`, { signal: this.#abort.signal });
    void this.#listen(stream).catch(() => undefined);
  }

  /** The dashboard as the owner sees it. */
  async page(): Promise<string> {
    const answer = await fetch(`${this.#http}/`, {
      headers: { cookie: this.#cookie },
      signal: AbortSignal.timeout(5000),
    });
    return await answer.text();
  }

  close(): void {
    this.#abort.abort();
  }

  async #listen(stream: Response): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? [])
      this.events += decoder.decode(chunk, { stream: true }).split('event: value').length - 1;
  }
}
