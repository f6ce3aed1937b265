/** What a person may do in a household: everything; everything but people and keys; only look. */
export type Role = 'owner' | 'adult' | 'guest';

/**
 * Who stands behind a request or a connection. A write key acts as an adult without a person, a read key as a guest; a device's login
 * as an adult whose rights end at the device's own topics.
 */
export interface Who {
  /** The household whose inputs and feeds these are: its owner's user id. EmonCMS calls it the user id. */
  readonly account: number;
  /** The person signed in, or null behind an API key. */
  readonly user: number | null;
  readonly role: Role;
  readonly by: 'session' | 'read key' | 'write key' | 'device login';
  /** IANA zone, e.g. "Europe/London". */
  readonly timezone: string;
  /** Behind a device's own login: the only topics it may touch. Absent: all of the household's. */
  readonly topics?: TopicRights;
}

/** How far the rights of one device's login reach on the broker. */
export interface TopicRights {
  /** The login's number: every login has sessions of its own. */
  readonly login: number;
  readonly device: number;
  /** False once it is revoked. */
  readonly isOpen: boolean;
  /** Whether everything that the filter can match is the device's own. Nothing is once the login is revoked. */
  covers(filter: string): boolean;
  /** Tells of a topic the device wants to publish on: its first `describe` says under which node it reports. */
  claim(topic: string): void;
}

export function mayWrite(who: Who): boolean {
  return who.role !== 'guest';
}
