import { IANAZone } from 'luxon';
import { z } from 'zod';
import { isCommonPassword } from './common-passwords.ts';

/** Why a person's name, address or password cannot be taken. Pages have words for each under `people.refusal.<why>`. */
export type Problem =
  | 'username-characters'
  | 'username-short'
  | 'username-long'
  | 'username-taken'
  | 'email'
  | 'password-short'
  | 'password-long'
  | 'password-common';

/** EmonCMS's interface takes what EmonCMS takes; our own pages ask for more. */
export type PasswordRule = 'emoncms' | 'household';

export const LEAST_PASSWORD = { emoncms: 4, household: 8 } as const satisfies Record<PasswordRule, number>;
const MOST_PASSWORD = 250;

export function usernameProblem(username: string): Problem | null {
  if (!/^[A-Za-z0-9]*$/.test(username)) return 'username-characters';
  if (username.length < 3) return 'username-short';
  return username.length > 30 ? 'username-long' : null;
}

export function emailProblem(email: string): Problem | null {
  return email.length <= 255 && emailSchema.safeParse(email).success ? null : 'email';
}

/** `also` are words nobody should take as a password here: their own name, their address. */
export function passwordProblem(password: string, rule: PasswordRule, also: readonly string[] = []): Problem | null {
  if (password.length < LEAST_PASSWORD[rule]) return 'password-short';
  if (password.length > MOST_PASSWORD) return 'password-long';
  if (rule === 'emoncms') return null;
  const plain = password.toLowerCase();
  if (also.some((word) => word !== '' && word.toLowerCase() === plain)) return 'password-common';
  return isCommonPassword(plain) ? 'password-common' : null;
}

/** The zone where it is one, else UTC, silently, as EmonCMS does. */
export function timezoneOr(zone: string | undefined, other = 'UTC'): string {
  return zone !== undefined && IANAZone.isValidZone(zone) ? zone : other;
}

const emailSchema = z.email();
