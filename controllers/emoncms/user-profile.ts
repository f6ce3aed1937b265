import { z } from 'zod';
import { type Language, languageOf, type Profile, parseProfile } from '../../models/person.ts';
import type { User, UserModel } from '../../models/user.ts';

/** The answer to user/get: ids as text, and the keys for owners' eyes only. */
export function profileOf(users: UserModel, person: User): Record<string, unknown> {
  const { profile } = person;
  const keys = person.role === 'owner' ? users.keys(person.account) : { read: '', write: '' };
  return {
    id: String(person.account),
    username: person.username,
    email: person.email,
    gravatar: profile.gravatar,
    name: profile.name,
    location: profile.location,
    timezone: person.timezone,
    language: profile.language ?? EMONCMS_LANGUAGE[person.language],
    bio: profile.bio,
    startingpage: profile.startingpage,
    apikey_write: keys.write,
    apikey_read: keys.read,
    tags: profile.tags,
  };
}

/** What user/set asks for, fields left out staying as they are; undefined where it is no JSON object. */
export function readProfile(
  data: string | undefined,
  person: User,
): { timezone?: string; language?: Language; profile: Profile } | undefined {
  const sent = parseSent(data);
  if (!sent) return undefined;
  const { timezone, ...fields } = sent;
  return {
    ...(timezone === undefined ? {} : { timezone }),
    ...(fields.language == null ? {} : { language: languageOf(fields.language) }),
    profile: parseProfile(JSON.stringify({ ...person.profile, ...fields })),
  };
}

const EMONCMS_LANGUAGE: Record<Language, string> = { en: 'en_EN', cy: 'cy_GB', de: 'de_DE' };

const field = z.string().max(255).nullable();
const sentSchema = z
  .object({
    name: field,
    location: field,
    timezone: z.string().max(64),
    language: z.string().regex(/^[A-Za-z_-]{2,10}$/),
    bio: field,
    gravatar: field,
    startingpage: field,
    tags: field,
  })
  .partial();

function parseSent(data: string | undefined): z.infer<typeof sentSchema> | undefined {
  try {
    return sentSchema.parse(JSON.parse(data ?? ''));
  } catch {
    return undefined;
  }
}
