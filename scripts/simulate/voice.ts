import { connectAsync } from 'mqtt';
import type { Clock } from '../../lib/clock.ts';

/** Where a simulated device's messages go. */
export type Say = (topic: string, payload: string, retain?: boolean) => void;

/** A simulated device on a broker. */
export interface Voice {
  readonly filters: readonly string[];
  /** What it says when it has connected. */
  greet(): void;
  /** What it says every now and then. */
  tell(): void;
  /** What it hears. */
  take(topic: string, payload: string): void;
  /** A person presses its button. */
  press(): void;
  /** Power was gone for a moment. */
  reboot(): void;
}

export interface BrokerLogin {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Lets a voice speak on a real broker; resolves with what ends it. */
export async function onBroker(
  make: (say: Say) => Pick<Voice, 'filters' | 'greet' | 'tell' | 'take'>,
  { url, username, password }: BrokerLogin,
  { clock, everyMs, will }: { clock: Clock; everyMs: number; will: readonly [topic: string, payload: string] },
): Promise<() => Promise<void>> {
  const client = await connectAsync(url, {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    will: { topic: will[0], payload: Buffer.from(will[1]), qos: 1, retain: true },
  });
  const voice = make((topic, payload, retain = false) => void client.publish(topic, payload, { qos: 1, retain }));
  client.on('message', (topic, payload) => voice.take(topic, payload.toString()));
  client.on('connect', () => voice.greet());
  await client.subscribeAsync([...voice.filters]);
  voice.greet();
  const stop = clock.every(everyMs, () => voice.tell());
  return async () => {
    stop();
    await client.endAsync();
  };
}
