import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { ForecastModel } from '../../models/forecast/forecast-model.ts';
import type { ReadingMessage } from './reading.ts';

export interface ShaperTopicDeps {
  readonly forecasts: Pick<ForecastModel, 'signalled'>;
  readonly clock: Clock;
  readonly log: Log;
}

type Controller = (message: ReadingMessage) => Promise<void> | undefined;

const TOPIC = /^emon\/shaper\/([a-z0-9][a-z0-9._-]{0,55})$/;
const MOST_BYTES = 64 * 1024;

/**
 * Takes a demand-shaping signal on `emon/shaper/<name>`. The promise resolves when it is kept, or was refused for good. What is no signal there is
 * a reading of a node that is called so.
 */
export function shaperTopic({ forecasts, clock, log }: ShaperTopicDeps, otherwise: Controller): Controller {
  const limit = new LogLimit(clock);
  return (message) => {
    const { who, clientId, topic, payload } = message;
    const [, name] = TOPIC.exec(topic) ?? [];
    const signal = name === undefined ? null : signalOf(payload);
    if (name === undefined || signal === null) return otherwise(message);
    return forecasts.signalled(who.account, name, signal).catch((error: unknown) => {
      if (!(error instanceof HubError) || error.status >= 500) throw error;
      const held = limit.allow(`${who.account}/${clientId}`);
      if (held !== null) log.warn({ err: error, client: clientId, topic, held }, 'a signal was refused');
    });
  };
}

/** null where it is none: a signal is an object with figures. */
function signalOf(payload: Buffer): Record<string, unknown> | null {
  if (payload.length > MOST_BYTES || payload[0] !== OPEN_BRACE) return null;
  try {
    const value = JSON.parse(payload.toString('utf8')) as Record<string, unknown>;
    return Array.isArray(value.profile ?? value.values) ? value : null;
  } catch {
    return null;
  }
}

const OPEN_BRACE = 0x7b;
