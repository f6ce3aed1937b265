import type { Clock } from '../../lib/clock.ts';
import { type ErrorCode, HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { InputModel, Reading } from '../../models/input.ts';
import type { ReadingClock } from '../../models/reading-clock.ts';
import { parseReading } from '../../models/reading-payload.ts';
import type { Who } from '../../models/who.ts';

export interface ReadingDeps {
  readonly inputs: Pick<InputModel, 'receive'>;
  readonly clock: Clock;
  readonly times: Pick<ReadingClock, 'checkAll'>;
  readonly log: Log;
  /** Counts messages that were stored and those that were refused. */
  readonly stored: (count: number) => void;
  readonly refused: (reason: string) => void;
}

export interface ReadingMessage {
  readonly who: Who;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

/** Refusals that sending again cannot mend: the message is counted, dropped and acknowledged. */
const FINAL: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'HUB_BAD_REQUEST',
  'HUB_TIME_TOO_OLD',
  'HUB_TIME_AHEAD',
  'HUB_NODE_LIMIT',
  'HUB_TOO_LARGE',
]);

/**
 * Takes what is published below `emon/`. The promise resolves when the readings are kept, or were refused for good;
 * it rejects when they could not be stored, and then the message must not be acknowledged. What one client sends in one
 * go is stored in one go, and shares one promise.
 */
export function readingTopic(deps: ReadingDeps): (message: ReadingMessage) => Promise<void> | undefined {
  const refuse = refusal(deps);
  let open: Batch | undefined;
  return (message) => {
    try {
      const readings = parse(deps, message);
      if (readings.length === 0) return undefined;
      if (open?.message.clientId !== message.clientId || open.message.who !== message.who) open = begin(message);
      open.entries.push({ message, readings });
      return open.stored;
    } catch (error) {
      refuse(message, error);
      return undefined;
    }
  };

  function begin(message: ReadingMessage): Batch {
    const entries: Entry[] = [];
    const batch: Batch = { message, entries, stored: Promise.resolve().then(() => store(batch)) };
    return batch;
  }

  /** Runs when the turn has ended in which the client's packets were read. */
  async function store(batch: Batch): Promise<void> {
    if (open === batch) open = undefined;
    const { entries, message } = batch;
    try {
      await deps.inputs.receive(
        message.who.account,
        entries.flatMap(({ readings }) => readings),
      );
      deps.stored(entries.length);
    } catch (error) {
      if (entries.length === 1 || codeOf(error) === 'HUB_STORAGE') refuse(message, error);
      else await storeEach(entries);
    }
  }

  /** One of them cannot be taken; nothing of the batch was. The others must not suffer for it. */
  async function storeEach(entries: readonly Entry[]): Promise<void> {
    let failure: unknown;
    for (const { message, readings } of entries) {
      try {
        await deps.inputs.receive(message.who.account, readings);
        deps.stored(1);
      } catch (error) {
        try {
          refuse(message, error);
        } catch {
          failure = error;
        }
      }
    }
    if (failure !== undefined) throw failure;
  }
}

interface Entry {
  readonly message: ReadingMessage;
  readonly readings: readonly Reading[];
}

/** What one client sent in one turn. */
interface Batch {
  readonly message: ReadingMessage;
  readonly entries: Entry[];
  readonly stored: Promise<void>;
}

function parse({ clock, times }: ReadingDeps, { who, topic, payload, retain }: ReadingMessage): readonly Reading[] {
  // an empty retained message takes the retained one back
  if (retain && payload.length === 0) return [];
  const now = clock.seconds();
  const { readings } = parseReading(topic, payload, { now, timezone: who.timezone });
  times.checkAll(readings, now);
  return readings;
}

/** Counts and tells a refusal; throws the error on when the message must not be acknowledged. */
function refusal(deps: ReadingDeps): (message: ReadingMessage, error: unknown) => void {
  const limit = new LogLimit(deps.clock);
  return ({ who, clientId, topic }, error) => {
    const code = codeOf(error);
    const final = FINAL.has(code);
    const held = limit.allow(`${who.account}/${clientId}/${code}`);
    if (held !== null) {
      const reason = error instanceof HubError ? error.sentence : String(error);
      const details = { client: clientId, topic, code, reason, held };
      deps.log.warn(details, final ? 'reading refused' : 'reading not stored');
    }
    deps.refused(code);
    if (!final) throw error;
  };
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof HubError ? error.code : 'HUB_STORAGE';
}
