import type { Log } from '../../lib/log.ts';
import type { Admission } from '../../models/pairing/admission.ts';
import type { ReadingMessage } from './reading.ts';

export interface DescribeDeps {
  readonly admission: Pick<Admission, 'described'>;
  readonly log: Log;
}

type Controller = (message: ReadingMessage) => Promise<void> | undefined;

/** Looks for `emon/<node>/describe` of devices with a login of their own: it says what kind they are. */
export function describeTopic({ admission, log }: DescribeDeps, next: Controller): Controller {
  return (message) => {
    const { topics } = message.who;
    if (topics && DESCRIBE.test(message.topic)) {
      admission.described(topics.device, message.payload.toString('utf8').trim()).catch((error: unknown) => {
        log.warn({ err: error, device: topics.device }, 'a device could not be set up by its type');
      });
    }
    return next(message);
  };
}

const DESCRIBE = /^emon\/[^/]+\/describe$/;
