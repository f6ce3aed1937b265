import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { Exchange } from '../../models/iotoad/exchange.ts';
import type { ReadingMessage } from './reading.ts';

export interface IotoadTopicDeps {
  readonly exchange: Pick<Exchange, 'take'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Takes what is published below `command/`, `query/`, `data/` and `responses/`. Readings are acknowledged when they are kept;
 * a command or a question as soon as it is understood, because its answer travels by itself.
 */
export function iotoadTopic({
  exchange,
  clock,
  log,
}: IotoadTopicDeps): (message: ReadingMessage) => Promise<void> | undefined {
  const limit = new LogLimit(clock);
  return ({ who, clientId, topic, payload }) => {
    const done = exchange.take(who.account, topic, payload, 'MQTT').catch((error: unknown) => {
      if (error instanceof HubError && error.status >= 500 && topic.startsWith('data/')) throw error;
      const held = limit.allow(`${who.account}/${clientId}`);
      if (held !== null) log.warn({ err: error, client: clientId, topic, held }, 'a message was refused');
    });
    return topic.startsWith('data/') ? done : undefined;
  };
}
