import { z } from 'zod';
import type { Database } from './database.ts';
import { stored } from './directory.ts';

/** One device's own way onto the broker. */
export interface Login {
  readonly id: number;
  readonly account: number;
  readonly device: number;
  readonly username: string;
  /** The MQTT filters it may publish and subscribe below. */
  readonly filters: readonly string[];
  /** Whether it is not known yet under which node the device reports: the first it names becomes its own. */
  readonly claims: boolean;
  /** Unix seconds. */
  readonly created: number;
  readonly revoked: number | null;
}

export type StoredLogin = Login & { /** SHA-256 of the secret, hex. */ readonly hash: string };

/** Where logins are kept. */
export interface LoginStore {
  all(): Promise<StoredLogin[]>;
  /** Returns the new login's id. */
  insert(login: Omit<StoredLogin, 'id'>): Promise<number>;
  change(id: number, fields: Partial<Pick<Login, 'device' | 'filters' | 'claims' | 'revoked'>>): Promise<void>;
}

/** Logins in MySQL. */
export function loginStore(db: Database): LoginStore {
  return {
    async all() {
      const rows = await stored(() => db.selectFrom('logins').selectAll().orderBy('id').execute());
      return rows.map(({ secret_hash, filters, claims, ...row }) => {
        return { ...row, hash: secret_hash, filters: list.parse(JSON.parse(filters)), claims: claims === 1 };
      });
    },

    async insert({ hash, filters, claims, ...row }) {
      const values = { ...row, secret_hash: hash, filters: JSON.stringify(filters), claims: claims ? 1 : 0 };
      const query = db.insertInto('logins').values(values);
      return Number((await stored(() => query.executeTakeFirstOrThrow())).insertId);
    },

    async change(id, { filters, claims, ...fields }) {
      const columns = {
        ...fields,
        ...(filters === undefined ? {} : { filters: JSON.stringify(filters) }),
        ...(claims === undefined ? {} : { claims: claims ? 1 : 0 }),
      };
      await stored(() => db.updateTable('logins').set(columns).where('id', '=', id).execute());
    },
  };
}

const list = z.array(z.string());
