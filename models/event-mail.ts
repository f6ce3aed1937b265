import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Mail } from './mail.ts';
import type { UserModel } from './user.ts';

/** What a process list wants its household to read. */
export interface EventLetter {
  readonly account: number;
  readonly input: { readonly id: number; readonly node: string; readonly name: string };
  /** The place of the step in the input's list. */
  readonly step: number;
  readonly text: string;
  readonly value: number | null;
}

export interface EventMailDeps {
  mail: Mail;
  users: Pick<UserModel, 'people'>;
  clock: Clock;
  log: Log;
}

const PAUSE_MS = 60_000;
/** Steps remembered; beyond it the oldest may write again at once. */
const MOST_STEPS = 10_000;

/** Letters from process lists to the household's owners: at most one a minute from each step, none waited for. */
export class EventMail {
  readonly #deps: EventMailDeps;
  /** When each step wrote last, by input and place. */
  readonly #sent = new Map<string, number>();

  constructor(deps: EventMailDeps) {
    this.#deps = deps;
  }

  /** Never throws and never waits. Without a mail server or an owner's address nothing is sent. */
  send({ account, input, step, text, value }: EventLetter): void {
    const { mail, users, clock } = this.#deps;
    const key = `${input.id}/${step}`;
    const now = clock.monotonic();
    const before = this.#sent.get(key);
    if (!mail.configured || (before !== undefined && now - before < PAUSE_MS)) return;
    this.#remember(key, now);
    const body = `${text}\n\n${input.node} ${input.name}: ${value ?? '–'}\n`;
    for (const { role, email } of users.people(account)) {
      if (role !== 'owner' || email === '') continue;
      mail.send({ to: email, subject: text, text: body }).catch((error: unknown) => {
        this.#deps.log.warn({ err: error }, 'a letter could not be sent');
      });
    }
  }

  #remember(key: string, now: number): void {
    this.#sent.delete(key);
    this.#sent.set(key, now);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > MOST_STEPS && oldest !== undefined) this.#sent.delete(oldest);
  }
}
