import { covers } from '../../lib/topic-filter.ts';

export type Qos = 0 | 1 | 2;

/** What a client subscribed to, by filter. */
export type Subscriptions = Readonly<Record<string, { readonly qos: Qos }>>;

/** The QoS with which a message goes to who holds these subscriptions. */
export function grantedQos(subscriptions: Subscriptions, { topic, qos }: { topic: string; qos: Qos }): Qos {
  let highest: Qos = 0;
  for (const filter in subscriptions) {
    if (highest >= qos) break;
    const granted = subscriptions[filter]?.qos ?? 0;
    if (granted > highest && covers(filter, topic)) highest = granted;
  }
  return highest < qos ? highest : qos;
}
