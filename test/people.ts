import { createLog } from '../lib/log.ts';
import { ManualClock } from '../lib/manual-clock.ts';
import { systemRandom } from '../lib/random.ts';
import type { Letter, Mail } from '../models/mail.ts';
import { UserModel } from '../models/user.ts';
import type { Registration } from '../models/user-register.ts';
import type { TestStores } from './stores.ts';

/** A post box in place of an SMTP server. */
export interface PostBox extends Mail {
  readonly letters: Letter[];
}

export interface TestPeople {
  readonly users: UserModel;
  readonly clock: ManualClock;
  readonly mail: PostBox;
}

export interface TestPeopleOptions {
  readonly openRegistration?: boolean;
  readonly redis?: TestStores['redis'] | null;
  readonly mail?: boolean;
}

/** The people of a hub on the file's own stores, as they are stored there now. */
export async function testPeople(stores: TestStores, options: TestPeopleOptions = {}): Promise<TestPeople> {
  const { openRegistration = true, redis = stores.redis } = options;
  const mail = postBox(options.mail ?? true);
  const clock = new ManualClock();
  const log = createLog('silent');
  const users = new UserModel({ db: stores.db, redis, clock, random: systemRandom, log, mail, openRegistration });
  await users.load();
  return { users, clock, mail };
}

/** A household's registration; `over` replaces single fields. */
export function registration(over: Partial<Registration> = {}): Registration {
  return {
    username: 'Megan',
    password: 'three wet sheep',
    email: 'megan@example.org',
    timezone: 'Europe/London',
    language: 'cy',
    home: 'Tan-y-bryn',
    address: '192.168.1.20',
    rule: 'household',
    ...over,
  };
}

function postBox(configured: boolean): PostBox {
  const letters: Letter[] = [];
  return {
    configured,
    letters,
    send(letter) {
      letters.push(letter);
      return Promise.resolve(true);
    },
  };
}
