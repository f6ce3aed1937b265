import { Bonjour } from 'bonjour-service';

/** One DNS-SD service of the hub. */
export interface Announcement {
  readonly type: string;
  readonly port: number;
  readonly txt?: Readonly<Record<string, string>>;
}

/** An address that somebody on the network tells under a name. */
export interface NameAnswer {
  readonly name: string;
  readonly address: string;
}

/** Multicast DNS as far as the hub uses it. Nothing here throws for want of a network. */
export interface Mdns {
  /** Asks the network who has a name. */
  ask(name: string): void;
  /** Calls for every address that anybody, the hub too, tells. */
  onAnswer(listener: (answer: NameAnswer) => void): void;
  publish(host: string, instance: string, services: readonly Announcement[]): void;
  unpublish(): void;
  close(): Promise<void>;
}

/** The parts of bonjour-service that its types leave out. */
interface Inside {
  readonly server: {
    readonly mdns: {
      on(event: 'error' | 'warning', listener: (error: Error) => void): void;
      on(event: 'response', listener: (packet: { answers: Answer[]; additionals: Answer[] }) => void): void;
      query(questions: { name: string; type: 'A' | 'AAAA' }[], done: () => void): void;
    };
  };
}

interface Answer {
  readonly name: string;
  readonly type: string;
  readonly data: unknown;
}

/** Multicast DNS on every network of the machine; `failed` hears of what does not work. */
export function openMdns(failed: (error: Error) => void): Mdns {
  const bonjour = new Bonjour({}, (error: unknown) => failed(error as Error));
  const { mdns } = (bonjour as unknown as Inside).server;
  mdns.on('error', failed);
  mdns.on('warning', failed);
  return {
    ask: (name) => {
      const types = ['A', 'AAAA'] as const;
      mdns.query(
        types.map((type) => ({ name, type })),
        () => undefined,
      );
    },
    onAnswer: (listener) => {
      mdns.on('response', ({ answers, additionals }) => {
        for (const { name, type, data } of [...answers, ...additionals]) {
          if ((type === 'A' || type === 'AAAA') && typeof data === 'string') listener({ name, address: data });
        }
      });
    },
    publish: (host, instance, services) => {
      // the name was looked for before: the library's own way of finding a conflict is to print it
      for (const { type, port, txt = {} } of services)
        bonjour.publish({ name: instance, host, type, port, txt, probe: false });
    },
    unpublish: () => bonjour.unpublishAll(() => undefined),
    close: () =>
      new Promise((resolve) => {
        bonjour.unpublishAll(() => undefined);
        bonjour.destroy(() => resolve());
      }),
  };
}
