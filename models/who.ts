/** What a person may do in a household: everything; everything but people and keys; only look. */
export type Role = 'owner' | 'adult' | 'guest';

/**
 * Who stands behind a request or a connection. A write key acts as an adult without a person, a read key as a guest.
 */
export interface Who {
  /** The household whose inputs and feeds these are: its owner's user id. EmonCMS calls it the user id. */
  readonly account: number;
  /** The person signed in, or null behind an API key. */
  readonly user: number | null;
  readonly role: Role;
  readonly by: 'session' | 'read key' | 'write key';
  /** IANA zone, e.g. "Europe/London". */
  readonly timezone: string;
}

export function mayWrite(who: Who): boolean {
  return who.role !== 'guest';
}
