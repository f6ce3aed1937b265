import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import type { DeviceTopics } from '../../models/device-topics.ts';
import type { ReadingMessage } from './reading.ts';

export interface DeviceTopicDeps {
  readonly topics: Pick<DeviceTopics, 'devices'>;
  readonly intake: Pick<DeviceIntake, 'understand' | 'take'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks at every message: it may be a device that announces itself. */
  readonly overheard: (account: number, topic: string, payload: Buffer) => void;
}

type Controller = (message: ReadingMessage) => Promise<void> | undefined;

/**
 * Takes what devices say. The promise resolves when what they measured is kept, or was refused for good; it rejects when it could
 * not be stored. What means nothing to the devices of the household goes to `otherwise`, where the topic has another meaning too.
 */
export function deviceTopic(deps: DeviceTopicDeps, otherwise: Controller = () => undefined): Controller {
  const { topics, intake, clock, log, overheard } = deps;
  const limit = new LogLimit(clock);
  return (message) => {
    const { who, clientId, topic, payload } = message;
    overheard(who.account, topic, payload);
    const meant = topics.devices(who.account, topic).flatMap((device) => {
      const meaning = intake.understand(device, topic, payload);
      return meaning ? [intake.take(device, meaning).catch(refuse)] : [];
    });
    return meant.length > 0 ? Promise.all(meant).then(() => undefined) : otherwise(message);

    function refuse(error: unknown): void {
      if (error instanceof HubError && error.status >= 500) throw error;
      const held = limit.allow(`${who.account}/${topic}`);
      if (held !== null) log.warn({ err: error, client: clientId, topic, held }, 'what a device said was refused');
    }
  };
}
