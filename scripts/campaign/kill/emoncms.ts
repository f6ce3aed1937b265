import { Agent, request } from 'node:http';

type Fields = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Whether the hub took what was posted to `input/post` or `input/bulk`; `fulljson` is answered by JSON. */
export function isAcknowledged({ status, text }: Answer): boolean {
  return status === 200 && (text === 'ok' || text === '{"success": true}');
}

/** A client of one hub's EmonCMS routes with a write key, over connections that stay open. */
export class EmoncmsClient {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  /** POSTs a form. Rejects when no whole answer comes. */
  post(path: string, form: Fields): Promise<Answer> {
    const body = new URLSearchParams({ apikey: this.#key, ...form }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, this.#url), { method: 'POST', agent: this.#agent, headers }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
        res.once('end', () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        res.once('aborted', () => reject(new Error('the answer broke off')));
      });
      asked.once('error', reject);
      asked.end(body);
    });
  }

  /** The JSON that `path` answers to `query`; with a form where one is given. */
  async json(path: string, query: Fields = {}, form: Fields = {}): Promise<unknown> {
    const { status, text } = await this.post(`${path}?${new URLSearchParams(query)}`, form);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  }

  close(): void {
    this.#agent.destroy();
  }
}
