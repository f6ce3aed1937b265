import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Database, TokensTable } from './database.ts';
import { stored } from './directory.ts';

export type Token = Selectable<TokensTable>;

export interface TokenDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
}

/** Secrets that travel once, by link. The store knows their SHA-256 only, so a copy of it opens nothing. */
export class Tokens {
  readonly #deps: TokenDeps;

  constructor(deps: TokenDeps) {
    this.#deps = deps;
  }

  /** Stores a new token and returns the secret to put in the link: 64 hex characters. */
  async make(token: Omit<Token, 'hash' | 'expires'>, seconds: number): Promise<string> {
    const { db, clock, random } = this.#deps;
    const secret = random.hex(32);
    const now = clock.seconds();
    await stored(() => db.deleteFrom('tokens').where('expires', '<=', now).execute());
    const row = { ...token, hash: hashOf(secret), expires: now + seconds };
    await stored(() => db.insertInto('tokens').values(row).execute());
    return secret;
  }

  /** The token behind a secret while it is good, without using it up. */
  async read(kind: Token['kind'], secret: string): Promise<Token | undefined> {
    const { db, clock } = this.#deps;
    if (!isSecret(secret)) return undefined;
    return await stored(() =>
      db
        .selectFrom('tokens')
        .selectAll()
        .where('hash', '=', hashOf(secret))
        .where('kind', '=', kind)
        .where('expires', '>', clock.seconds())
        .executeTakeFirst(),
    );
  }

  /** Uses the token up: true for exactly one of any number of callers. `db` may be a transaction. */
  async use(hash: string, db: Database = this.#deps.db): Promise<boolean> {
    const query = db.deleteFrom('tokens').where('hash', '=', hash).where('expires', '>', this.#deps.clock.seconds());
    const result = await stored(() => query.executeTakeFirst());
    return result.numDeletedRows > 0n;
  }

  /** The good tokens of a household. */
  async list(kind: Token['kind'], account: number): Promise<Token[]> {
    const { db, clock } = this.#deps;
    const query = db.selectFrom('tokens').selectAll().where('account', '=', account).where('kind', '=', kind);
    return await stored(() => query.where('expires', '>', clock.seconds()).orderBy('expires').execute());
  }

  /** Withdraws every token of this kind made for a person. */
  async withdrawFor(kind: Token['kind'], user: number): Promise<void> {
    await stored(() => this.#deps.db.deleteFrom('tokens').where('kind', '=', kind).where('user', '=', user).execute());
  }

  /** Withdraws one token of a household by its hash. */
  async withdraw(account: number, hash: string): Promise<void> {
    const query = this.#deps.db.deleteFrom('tokens').where('hash', '=', hash).where('account', '=', account);
    await stored(() => query.execute());
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function isSecret(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
