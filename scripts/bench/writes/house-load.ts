import mqtt from 'mqtt';
import type { BenchHouse } from '../ingest/house.ts';

/** A meter: how often it says something. */
export interface Meter {
  readonly node: string;
  readonly name: string;
  readonly seconds: number;
}

/** 25 that speak once a minute and 20 that speak every ten seconds: the house all figures of writes are about. */
export function houseOfMeters(): Meter[] {
  return Array.from({ length: 45 }, (_, index) => (index < 25 ? meter('slow', index, 60) : meter('quick', index, 10)));
}

function meter(node: string, index: number, seconds: number): Meter {
  return { node, name: `power${index}`, seconds };
}

/**
 * Each meter says its reading in a message of its own with QoS 1, at moments spread evenly, until stopped: more messages
 * than a house whose sensors share a radio would send.
 */
export async function speak(url: string, house: BenchHouse, meters: readonly Meter[]): Promise<() => Promise<number>> {
  const client = await mqtt.connectAsync(url, { username: house.username, password: house.key, clientId: 'bench' });
  let acknowledged = 0;
  const timers = meters.map(({ node, name, seconds }, index) => {
    const say = () => {
      const power = (100 + 50 * Math.sin(Date.now() / 100_000 + index)).toFixed(1);
      client.publish(`emon/${node}/${name}`, power, { qos: 1 }, (error) => {
        if (!error) acknowledged += 1;
      });
    };
    const first = ((index * 0.37) % 1) * seconds * 1000;
    let timer: NodeJS.Timeout = setTimeout(() => {
      say();
      timer = setInterval(say, seconds * 1000);
    }, first);
    return () => clearTimeout(timer);
  });
  return async () => {
    for (const stop of timers) stop();
    await client.endAsync();
    return acknowledged;
  };
}
