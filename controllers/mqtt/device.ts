import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import { LogLimit } from '../../lib/log-limit.ts';
import type { DeviceIntake } from '../../models/device-intake.ts';
import type { DeviceTopics } from '../../models/device-topics.ts';
import type { ReadingMessage } from './reading.ts';

export interface DeviceTopicDeps {
  readonly topics: Pick<DeviceTopics, 'devices'>;
  readonly intake: Pick<DeviceIntake, 'message'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Looks at what no device of the household said: it may be one that announces itself. */
  readonly overheard: (account: number, topic: string, payload: Buffer) => void;
}

type Controller = (message: ReadingMessage) => Promise<void> | undefined;

/**
 * Takes what devices say on topics of their families. The promise resolves when what they measured is kept, or was refused for
 * good; it rejects when it could not be stored.
 */
export function deviceTopic({ topics, intake, clock, log, overheard }: DeviceTopicDeps): Controller {
  const limit = new LogLimit(clock);
  return ({ who, clientId, topic, payload }) => {
    const devices = topics.devices(who.account, topic);
    overheard(who.account, topic, payload);
    if (devices.length === 0) return undefined;
    return Promise.all(devices.map((device) => intake.message(device, topic, payload).catch(refuse))).then(() => {});

    function refuse(error: unknown): void {
      if (error instanceof HubError && error.status >= 500) throw error;
      const held = limit.allow(`${who.account}/${topic}`);
      if (held !== null)
        log.warn({ err: error, client: clientId, topic, held }, 'a device said what could not be used');
    }
  };
}

/** Both, for topics that readings and devices share: a device’s own message first, and the same as a reading where it is none. */
export function deviceOr(device: Controller, topics: Pick<DeviceTopics, 'devices'>, reading: Controller): Controller {
  return (message) => (topics.devices(message.who.account, message.topic).length > 0 ? device : reading)(message);
}
