import type { Clock } from '../../lib/clock.ts';
import { DeviceError } from '../../models/drivers/device-error.ts';
import type { MqttPort } from '../../models/drivers/driver.ts';

const ANSWER_MS = 5000;
/** Questions that may wait at a time; whoever asks more has a household of devices that do not answer. */
const MOST = 1000;

interface Waiting {
  readonly account: number;
  readonly topic: string;
  readonly take: (payload: Buffer) => void;
}

/** The port, and what it must be told of all that the household's clients say. */
export interface HearingMqttPort extends MqttPort {
  heard(account: number, topic: string, payload: Buffer): void;
}

/** The way to devices on the broker, given how to publish there. An answer of another household is none. */
export function deviceMqtt(publish: MqttPort['publish'], clock: Clock): HearingMqttPort {
  const waiting = new Set<Waiting>();
  return {
    publish,

    async ask(account, topic, payload, { topic: answer, isAnswer }) {
      if (waiting.size >= MOST) throw late();
      let forget = () => {};
      const come = new Promise<Buffer>((resolve, reject) => {
        const stop = clock.after(ANSWER_MS, () => reject(late()));
        const take = (said: Buffer) => (isAnswer(said) ? resolve(said) : undefined);
        const entry = { account, topic: answer, take };
        waiting.add(entry);
        forget = () => {
          stop();
          waiting.delete(entry);
        };
      });
      try {
        await Promise.all([publish(account, topic, payload, { qos: 1 }), come]);
        return await come;
      } finally {
        forget();
      }
    },

    heard(account, topic, payload) {
      for (const one of waiting) if (one.account === account && one.topic === topic) one.take(payload);
    },
  };
}

function late(): DeviceError {
  return new DeviceError('timeout', 'The device did not answer in time.');
}
