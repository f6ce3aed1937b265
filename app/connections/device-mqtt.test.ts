import { beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../lib/manual-clock.ts';
import { deviceMqtt, type HearingMqttPort } from './device-mqtt.ts';

let clock: ManualClock;
let port: HearingMqttPort;
beforeEach(() => {
  clock = new ManualClock();
  port = deviceMqtt(async () => undefined, clock);
});

const own = { topic: 'a/rpc', isAnswer: (payload: Buffer) => payload.toString() === 'mine' };

test('a question gets its own answer and no other', async () => {
  const answer = port.ask(7, 'q', 'x', own);
  for (const [account, topic, payload] of [
    [7, 'a/rpc', 'another’s'],
    [8, 'a/rpc', 'mine'],
    [7, 'b/rpc', 'mine'],
  ] as const)
    port.heard(account, topic, Buffer.from(payload));
  clock.advance(4999);
  port.heard(7, 'a/rpc', Buffer.from('mine'));
  expect((await answer).toString()).toBe('mine');
});

test('one that is not answered within five seconds fails, and so does one that cannot be asked', async () => {
  const late = expect(port.ask(7, 'q', 'x', own)).rejects.toMatchObject({ fault: 'timeout' });
  clock.advance(5000);
  await late;
  const deaf = deviceMqtt(() => Promise.reject(new Error('no broker')), clock);
  await expect(deaf.ask(7, 'q', 'x', own)).rejects.toThrow('no broker');
});
