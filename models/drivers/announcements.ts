import { covers } from '../../lib/topic-filter.ts';
import type { Discovery, Driver } from './driver.ts';

interface Listener {
  readonly driver: Driver;
  readonly filter: string;
  /** What a topic must begin and end with; a look at these decides for nearly every message. */
  readonly head: string;
  readonly tail: string;
  readonly fromMqtt: NonNullable<Discovery['fromMqtt']>;
}

export type Announcement = Pick<Listener, 'driver' | 'fromMqtt'>;

/** Which families' announcements a message on `topic` may be. Asked for every message of every household, so it is quick. */
export function announcements(drivers: Iterable<Driver>): (topic: string) => readonly Announcement[] {
  const listeners = [...drivers].flatMap(listenersOf);
  return (topic) =>
    listeners.filter(
      ({ head, tail, filter }) => topic.startsWith(head) && topic.endsWith(tail) && covers(filter, topic),
    );
}

function listenersOf(driver: Driver): Listener[] {
  const { mqtt = [], fromMqtt } = driver.discover ?? {};
  if (!fromMqtt) return [];
  return mqtt.map((filter) => {
    const head = /^[^+#]*/.exec(filter)?.[0] ?? '';
    const tail = filter.endsWith('#') ? '' : (/[^+#]*$/.exec(filter)?.[0] ?? '');
    return { driver, filter, head, tail, fromMqtt };
  });
}
