import type { Database } from '../database.ts';
import { stored } from '../directory.ts';
import type { SourceState } from './source-state.ts';
import { packed, type Span, unpacked } from './span.ts';

/** A source as MySQL keeps it. */
export interface SourceRow {
  readonly id: number;
  readonly account: number;
  readonly name: string;
  readonly provider: string;
  readonly params: unknown;
  readonly answer: Answer | null;
}

type Answer = Pick<SourceState, 'spans' | 'fetched' | 'attempted' | 'wait' | 'failures' | 'fault'>;

/** Sources and their last answers in MySQL. After a crash each is as before the change or as after it. */
export class SourceStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async all(): Promise<SourceRow[]> {
    const sources = await stored(() => this.#db.selectFrom('forecast_sources').selectAll().orderBy('id').execute());
    const rows = await stored(() => this.#db.selectFrom('forecast_answers').selectAll().execute());
    const answers = new Map(rows.map(({ source, spans, ...rest }) => [source, { ...rest, spans: readable(spans) }]));
    return sources.map(({ id, account, name, provider, params }) => {
      return { id, account, name, provider, params: JSON.parse(params) as unknown, answer: answers.get(id) ?? null };
    });
  }

  async add(source: Pick<SourceState, 'account' | 'name'>, provider: string, params: object, now: number) {
    const { account, name } = source;
    const row = { account, name, provider, params: JSON.stringify(params), created: now };
    const { insertId } = await stored(() =>
      this.#db.insertInto('forecast_sources').values(row).executeTakeFirstOrThrow(),
    );
    return Number(insertId);
  }

  async change(id: number, fields: { name: string; params: object }): Promise<void> {
    const row = { name: fields.name, params: JSON.stringify(fields.params) };
    await stored(() => this.#db.updateTable('forecast_sources').set(row).where('id', '=', id).execute());
  }

  async remove(id: number): Promise<void> {
    await stored(() => this.#db.deleteFrom('forecast_answers').where('source', '=', id).execute());
    await stored(() => this.#db.deleteFrom('forecast_sources').where('id', '=', id).execute());
  }

  /** Keeps what is known and how asking went. `withSpans` false: only the latter, which is a short row. */
  async keep(state: SourceState, withSpans: boolean): Promise<void> {
    const { fetched, attempted, wait, failures } = state;
    const row = { fetched, attempted, wait, failures, fault: state.fault?.slice(0, 300) ?? null };
    const spans = withSpans ? packed(state.spans) : '[]';
    const insert = this.#db.insertInto('forecast_answers').values({ source: state.id, spans, ...row });
    await stored(() => insert.onDuplicateKeyUpdate(withSpans ? { ...row, spans } : row).execute());
  }
}

/** A damaged row costs what it held, not the start of the hub. */
function readable(text: string): Span[] {
  try {
    return unpacked(text);
  } catch {
    return [];
  }
}
