import type { Client, PublishPacket } from 'aedes';
import { grantedQos, type Qos, type Subscriptions } from './granted-qos.ts';

type Message = PublishPacket & { qos: Qos };
type Deliver = (packet: Message, done: (error?: Error) => void) => void;

/** The parts of aedes's client that send messages; not in its types. */
interface Receiver {
  readonly subscriptions: Subscriptions;
  /** Still being let in; a kept session's queue is sent then. */
  readonly connecting: boolean;
  deliver0: Deliver;
  deliverQoS: Deliver;
  once(event: 'connected', listener: () => void): unknown;
}

/**
 * Sends each message with the highest QoS that one of the client's matching filters was granted, at most its own
 * [MQTT-3.3.5-1] [MQTT-3.8.4-6]; aedes takes that of the filter it comes to first. What is said while the queue of a kept
 * session is being sent waits behind it [MQTT-4.6.0-6], and `wasQueued` says what it has brought already.
 */
export function deliverInOrder(client: Client, wasQueued: (packet: object) => boolean): void {
  const receiver = client as unknown as Receiver;
  const { deliver0, deliverQoS } = receiver;
  let held: (() => void)[] = [];
  const send: Deliver = (packet, done) => {
    packet.qos = grantedQos(receiver.subscriptions, packet);
    if (packet.qos === 0) deliver0(packet, done);
    else deliverQoS(packet, done);
  };
  receiver.deliver0 = receiver.deliverQoS = (packet, done) => {
    if (receiver.connecting) held.push(() => (wasQueued(packet) ? done() : send(packet, done)));
    else send(packet, done);
  };
  receiver.once('connected', () => {
    for (const one of held) one();
    held = [];
  });
}
