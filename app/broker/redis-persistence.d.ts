declare module 'aedes-persistence-redis/asyncPersistence.js' {
  /** The async form of the persistence, which aedes 1 takes; see aedes-persistence's own types for the methods. */
  export default class RedisPersistence {
    constructor(options: { conn: unknown; maxSessionDelivery?: number; packetTTL?: () => number });
    setup(broker: unknown): Promise<void>;
    storeRetained(packet: object): Promise<void>;
    createRetainedStreamCombi(patterns: string[]): AsyncIterable<object>;
    addSubscriptions(client: { id: string }, subs: object[]): Promise<void>;
    removeSubscriptions(client: { id: string }, topics: string[]): Promise<void>;
    subscriptionsByClient(client: { id: string }): Promise<{ topic: string; qos: 0 | 1 | 2 }[]>;
    subscriptionsByTopic(topic: string): Promise<{ clientId: string }[]>;
    cleanSubscriptions(client: { id: string }): Promise<void>;
    countOffline(): Promise<{ subsCount: number; clientsCount: number }>;
    outgoingEnqueueCombi(subs: { clientId: string }[], packet: object): Promise<void>;
    outgoingUpdate(client: { id: string }, packet: object): Promise<void>;
    outgoingClearMessageId(client: { id: string }, packet: object): Promise<object | undefined>;
    outgoingStream(client: { id: string }): AsyncIterable<object>;
    incomingStorePacket(client: { id: string }, packet: object): Promise<void>;
    incomingGetPacket(client: { id: string }, packet: object): Promise<object>;
    incomingDelPacket(client: { id: string }, packet: object): Promise<void>;
    putWill(client: { id: string }, packet: object): Promise<void>;
    delWill(client: { id: string; brokerId?: string }): Promise<object | null>;
    streamWill(brokers: object): AsyncIterable<object>;
    getClientList(topic: string): Iterable<string>;
    destroy(): Promise<void>;
  }
}
