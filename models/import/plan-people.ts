import { HubError } from '../../lib/errors.ts';
import { languageOf, parseProfile } from '../person.ts';
import { timezoneOr } from '../person-rules.ts';
import type { SourceUser } from './contents.ts';
import { changed, type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import type { HubState, Plan, UserRow, Wish } from './plan.ts';

export interface People {
  readonly users: readonly UserRow[];
  readonly keys: Plan['keys'];
  readonly notes: readonly Note[];
  /** The household that takes what belonged to this person of EmonCMS; undefined where none does. */
  accountOf(user: number | null): number | undefined;
  /** Whether the source has this person, come over or not. */
  knows(user: number | null): boolean;
}

/** Each person of EmonCMS becomes the owner of a household, or one person's things go to a household that is there. */
export function planPeople(users: readonly SourceUser[], hub: HubState, wish: Wish): People {
  return wish.account === null ? newHouseholds(users, hub, wish) : oneHousehold(users, hub, wish, wish.account);
}

function newHouseholds(users: readonly SourceUser[], hub: HubState, wish: Wish): People {
  const numbers = new Numbers(
    hub.users.map(({ id }) => id),
    users.map(({ id }) => id),
  );
  const taken = new Taken(hub);
  const rows: UserRow[] = [];
  const notes: Note[] = [];
  const chosen = users.filter((user) => wish.user === null || isNamed(user, wish.user));
  if (chosen.length === 0) throw new HubError('HUB_IMPORT', { sentence: nobody(users, wish.user) });
  for (const user of users) {
    const why = chosen.includes(user) ? taken.refusal(user) : 'not asked for';
    if (why) notes.push(notTaken(`account ${user.username}`, why));
    else rows.push(rowOf(user, numbers.give(user.id), taken, notes, wish));
  }
  const accountOf = (user: number | null) => (user === null ? undefined : numbers.of(user));
  return { users: rows, keys: null, notes, accountOf, knows: (id) => users.some((user) => user.id === id) };
}

/** Of several people the one asked for, else the first administrator, else the first. */
function oneHousehold(users: readonly SourceUser[], hub: HubState, wish: Wish, account: number): People {
  const chosen =
    wish.user === null
      ? (users.find((user) => user.admin) ?? users[0])
      : users.find((user) => isNamed(user, wish.user ?? ''));
  if (wish.user !== null && !chosen) throw new HubError('HUB_IMPORT', { sentence: nobody(users, wish.user) });
  const notes = users
    .filter((user) => user !== chosen)
    .map((user) =>
      notTaken(`account ${user.username}`, 'one household takes one account; run again with --user for another'),
    );
  const theirs = chosen?.keys ?? { read: null, write: wish.writeKey };
  const others = hub.users.filter((user) => user.id !== account);
  const isOurs = (key: string | null) => !others.some((user) => user.apikey_read === key || user.apikey_write === key);
  const keys = {
    account,
    read: isOurs(theirs.read) ? theirs.read : null,
    write: isOurs(theirs.write) ? theirs.write : null,
  };
  if (!wish.keys && theirs.write) {
    notes.push(
      notTaken(
        'the API keys',
        'the household keeps its own; --keys takes those of EmonCMS, so that devices go on posting',
      ),
    );
  }
  return {
    users: [],
    keys: wish.keys ? keys : null,
    notes,
    // Without a word about people everything is the household's.
    accountOf: (user) => (user === null || !chosen || user === chosen.id ? account : undefined),
    knows: (id) => users.some((user) => user.id === id),
  };
}

/** Names and keys that only one may have. */
class Taken {
  readonly #names: Set<string>;
  readonly #keys: Set<string>;

  constructor({ users }: HubState) {
    this.#names = new Set(users.map(({ username }) => username.toLowerCase()));
    this.#keys = new Set(users.flatMap((user) => [user.apikey_read ?? '', user.apikey_write ?? '']));
  }

  refusal({ username }: SourceUser): string | null {
    const name = username.toLowerCase();
    if (name === '' || name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) return 'no name to sign in with';
    if (this.#names.has(name))
      return 'the hub has somebody of this name; --account puts everything into that household';
    this.#names.add(name);
    return null;
  }

  /** The key itself, or a new one where it cannot be had. */
  key(kind: 'read' | 'write', { username, keys }: SourceUser, notes: Note[], fresh: () => string): string {
    const wanted = keys[kind];
    const key = wanted !== null && !this.#keys.has(wanted) ? wanted : fresh();
    if (key !== wanted)
      notes.push(
        changed(
          `the ${kind} key of ${username}`,
          wanted ? 'is in use here; a new one was made' : 'was no key; a new one was made',
        ),
      );
    this.#keys.add(key);
    return key;
  }
}

const LONGEST_NAME = 64;

function rowOf(user: SourceUser, id: number, taken: Taken, notes: Note[], { now, random }: Wish): UserRow {
  const { username, email, password, timezone } = user;
  const what = `account ${username}`;
  if (password === null)
    notes.push(changed(what, 'its password cannot be checked any more and has to be set anew by mail'));
  if (timezoneOr(timezone) !== timezone)
    notes.push(changed(what, `its time zone "${timezone}" is none, so it is UTC now`));
  const fresh = () => random.hex(16);
  return {
    id,
    account: id,
    role: 'owner',
    username,
    email: email.slice(0, 255),
    password: password ?? '',
    apikey_read: taken.key('read', user, notes, fresh),
    apikey_write: taken.key('write', user, notes, fresh),
    timezone: timezoneOr(timezone),
    language: languageOf(user.language),
    home: '',
    auto_record: 0,
    profile: JSON.stringify(parseProfile(JSON.stringify(nonNull(user.profile)))),
    uuid: /^[0-9a-f-]{32,36}$/i.test(user.uuid) ? user.uuid : random.uuid(),
    created: now,
  };
}

function nonNull(profile: SourceUser['profile']): Record<string, string> {
  return Object.fromEntries(Object.entries(profile).filter((entry): entry is [string, string] => entry[1] !== null));
}

function isNamed(user: SourceUser, name: string): boolean {
  return user.username.toLowerCase() === name.toLowerCase();
}

function nobody(users: readonly SourceUser[], name: string | null): string {
  if (users.length === 0) return 'The dump has no users in it.';
  return `The dump has no user "${name}"; it has ${users.map(({ username }) => username).join(', ')}.`;
}
