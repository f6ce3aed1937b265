import type { Insertable, Selectable, Updateable } from 'kysely';
import { z } from 'zod';
import type { UsersTable } from './database.ts';
import type { Role, Who } from './who.ts';

/** A person as pages and answers may know them: nothing in it is a secret. */
export interface User {
  readonly id: number;
  readonly account: number;
  readonly role: Role;
  readonly username: string;
  readonly email: string;
  readonly timezone: string;
  readonly language: Language;
  /** What the household calls its home. */
  readonly home: string;
  readonly created: number;
  /** Unix seconds of the last day the person was here, or null. */
  readonly lastSeen: number | null;
  readonly profile: Profile;
}

/** EmonCMS's profile fields, kept as they were sent. */
export type Profile = Readonly<z.infer<typeof profileSchema>>;

export const LANGUAGES = ['en', 'cy', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export type PersonRow = Selectable<UsersTable>;
export type NewPerson = Insertable<UsersTable>;
export type PersonPatch = Updateable<UsersTable>;

/** One of our languages for any language tag: `en_GB` and `xx` are `en`. */
export function languageOf(tag: string): Language {
  const base = tag.slice(0, 2).toLowerCase();
  return LANGUAGES.find((one) => one === base) ?? 'en';
}

/** The stored profile; what cannot be read counts as not filled in. */
export function parseProfile(stored: string): Profile {
  try {
    return profileSchema.parse(JSON.parse(stored));
  } catch {
    return profileSchema.parse({});
  }
}

/** The public side of a row. `home` stands on the household's row. */
export function userOf(row: PersonRow, home: string): User {
  return Object.freeze({
    id: row.id,
    account: row.account,
    role: row.role,
    username: row.username,
    email: row.email,
    timezone: row.timezone,
    language: languageOf(row.language),
    home,
    created: row.created,
    lastSeen: row.last_seen,
    profile: parseProfile(row.profile),
  });
}

export function sessionWho(row: PersonRow): Who {
  return Object.freeze({
    account: row.account,
    user: row.id,
    role: row.role,
    by: 'session',
    timezone: row.timezone,
  } as const);
}

const line = z.string().max(255);

const profileSchema = z.object({
  name: line.catch(''),
  location: line.catch(''),
  bio: line.nullable().catch(null),
  tags: line.nullable().catch(null),
  gravatar: line.catch(''),
  // Clients go there after login, so it may not name another site.
  startingpage: z
    .string()
    .regex(/^(?!\/)[\w/.-]{1,100}$/)
    .catch('feed/list'),
  /** EmonCMS's own tag, e.g. `en_GB`, where one was set over its interface. */
  language: line.nullable().catch(null),
});
