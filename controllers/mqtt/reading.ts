import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { InputModel } from '../../models/input.ts';
import { parseReading } from '../../models/reading-payload.ts';
import type { Who } from '../../models/who.ts';

export interface ReadingDeps {
  readonly inputs: Pick<InputModel, 'receive'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Counts messages that were stored and those that were refused. */
  readonly stored: () => void;
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
const FINAL = new Set(['HUB_BAD_REQUEST', 'HUB_TIME_TOO_OLD', 'HUB_TIME_AHEAD', 'HUB_NODE_LIMIT', 'HUB_TOO_LARGE']);

/**
 * Takes what is published below `emon/`. The promise resolves when the readings are kept, or were refused for good;
 * it rejects when they could not be stored, and then the message must not be acknowledged.
 */
export function readingTopic(deps: ReadingDeps): (message: ReadingMessage) => Promise<void> | undefined {
  const limit = new LogLimit(deps.clock);
  return (message) => {
    try {
      return receive(deps, message)?.catch((error: unknown) => refuse(deps, limit, message, error));
    } catch (error) {
      refuse(deps, limit, message, error);
    }
  };
}

function receive(deps: ReadingDeps, { who, topic, payload, retain }: ReadingMessage): Promise<void> | undefined {
  // an empty retained message takes the retained one back
  if (retain && payload.length === 0) return undefined;
  const { readings } = parseReading(topic, payload, { now: deps.clock.seconds(), timezone: who.timezone });
  if (readings.length === 0) return undefined;
  return deps.inputs.receive(who.account, readings).then(deps.stored);
}

function refuse(deps: ReadingDeps, limit: LogLimit, message: ReadingMessage, error: unknown): void {
  const code = error instanceof HubError ? error.code : 'HUB_STORAGE';
  const held = limit.allow(`${message.who.account}/${message.clientId}/${code}`);
  const { clientId: client, topic } = message;
  const final = FINAL.has(code);
  if (held !== null) {
    const reason = error instanceof HubError ? error.sentence : String(error);
    deps.log.warn({ client, topic, code, reason, held }, final ? 'reading refused' : 'reading not stored');
  }
  deps.refused(code);
  if (!final) throw error;
}
