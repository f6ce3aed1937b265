import type { Aedes, Client, PublishPacket } from 'aedes';

type Done = (error?: Error) => void;
type Listener = (packet: object, done: Done) => void;

/** The parts of aedes that find the subscribers of a message; not in its types. */
interface Inside {
  readonly mq: {
    on(topic: string, listener: Listener, done?: Done): unknown;
    removeListener(topic: string, listener: Listener, done?: Done): unknown;
    emit(packet: object, done?: Done): unknown;
  };
  publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void;
}

/**
 * Lets nobody wait for a subscriber: aedes would read on from a publisher only when every subscriber has taken the
 * message before. What waits for a subscriber is bounded where it is written. A message is not offered around while
 * there is no subscription at all and, as `mayQueue` says, no session to keep it for.
 */
export function hurryPublishers(broker: Aedes, mayQueue: () => boolean): void {
  const inside = broker as unknown as Inside;
  const { mq } = inside;
  const [on, removeListener, emit] = [mq.on.bind(mq), mq.removeListener.bind(mq), mq.emit.bind(mq)];
  const publish = inside.publish.bind(broker);
  const listeners = new Set<Listener>();
  mq.on = (topic, listener, done) => {
    listeners.add(listener);
    return on(topic, listener, done);
  };
  mq.removeListener = (topic, listener, done) => {
    listeners.delete(listener);
    return removeListener(topic, listener, done);
  };
  mq.emit = (packet, done) => {
    emit(packet);
    done?.();
    return mq;
  };
  inside.publish = (packet, client, done) => {
    const unheard = listeners.size === 0 && !packet.retain && !packet.topic.startsWith('$') && !mayQueue();
    if (!unheard) publish(packet, client, done);
    else if (typeof client === 'function') client();
    else done?.();
  };
}
