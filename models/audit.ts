import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

/** What somebody did to a device or to its rights. */
export interface AuditEntry {
  /** A person's name, `API key`, or `device`. */
  readonly actor: string;
  /** Two words, such as `pairing allowed`. */
  readonly action: string;
  readonly device?: number | null;
  readonly detail: string;
}

export interface AuditRow extends Required<AuditEntry> {
  readonly id: number;
  /** Unix seconds. */
  readonly at: number;
}

export interface AuditDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
}

/** The household's audit trail. Nothing is ever changed in it; beyond the newest entries the oldest go. */
export class AuditModel {
  readonly #deps: AuditDeps;
  #written: Promise<unknown> = Promise.resolve();

  constructor(deps: AuditDeps) {
    this.#deps = deps;
  }

  /** Never throws: what was done is done, and a store that is away must not undo it. The log has it in any case. */
  note(account: number, { actor, action, device = null, detail }: AuditEntry): void {
    const { db, clock, log } = this.#deps;
    const row = { account, at: clock.seconds(), actor: cut(actor, 128), action, device, detail: cut(detail, 512) };
    log.info({ audit: row }, 'audit');
    const insert = db.insertInto('audit').values(row);
    this.#written = this.#written.then(() =>
      stored(() => insert.execute())
        .then(() => this.#trim(account))
        .catch((error: unknown) => log.warn({ err: error }, 'an audit entry could not be stored')),
    );
  }

  /** The newest first. */
  async list(account: number, limit = 100): Promise<AuditRow[]> {
    const query = this.#deps.db.selectFrom('audit').selectAll().where('account', '=', account);
    const rows = await stored(() => query.orderBy('id', 'desc').limit(limit).execute());
    return rows.map(({ account: _, ...row }) => row);
  }

  /** Resolves when everything noted so far is stored, or could not be. */
  async settled(): Promise<void> {
    await this.#written;
  }

  async #trim(account: number): Promise<void> {
    const { db } = this.#deps;
    const oldest = db.selectFrom('audit').select('id').where('account', '=', account).orderBy('id', 'desc');
    const beyond = await oldest.offset(KEPT).limit(1).executeTakeFirst();
    if (beyond) await db.deleteFrom('audit').where('account', '=', account).where('id', '<=', beyond.id).execute();
  }
}

/** Entries a household keeps. */
const KEPT = 5000;

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}
