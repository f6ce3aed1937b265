/** `[Unix seconds, value]` by feed and input id. */
export interface Values {
  feeds: Record<string, [time: number, value: number | null]>;
  inputs: Record<string, [time: number, value: number | null]>;
}

const EVENTS = ['pairing', 'inbox', 'device', 'plan'] as const;
export type HubEvent = (typeof EVENTS)[number];

export interface Hearer {
  values(values: Values): void;
  /** Something happened to a device or to what asks to join. */
  event(name: HubEvent, data: unknown): void;
  /** The stream is there, for the first time or again. */
  there(again: boolean): void;
  /** Nothing has been heard from the hub for some seconds. */
  away(): void;
}

const PATIENCE_MS = 5000;
const RETRY_MS = 5000;
const ASLEEP_MS = 5000;

/**
 * Listens to /live for as long as the page is shown. A page that comes back from the browser's memory, a phone that
 * wakes and a network that returns each open a new stream, because the old one may be dead without knowing.
 */
export function listen(hearer: Hearer): void {
  let source: EventSource | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let opened = false;
  let hiddenAt = 0;

  const heard = (): void => {
    clearTimeout(patience);
    patience = undefined;
  };
  /** Counts from the first sign of silence; a browser's own attempts in between do not begin it anew. */
  const silent = (): void => {
    patience ??= setTimeout(() => hearer.away(), PATIENCE_MS);
  };
  const close = (): void => {
    clearTimeout(retry);
    source?.close();
    source = null;
  };
  const open = (): void => {
    close();
    source = new EventSource('/live');
    silent();
    source.addEventListener('hello', () => {
      heard();
      hearer.there(opened);
      opened = true;
    });
    source.addEventListener('value', (event) => hearer.values(JSON.parse((event as MessageEvent<string>).data)));
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => hearer.event(name, JSON.parse((event as MessageEvent<string>).data)));
    }
    source.addEventListener('error', () => {
      silent();
      // A browser gives up after an answer that is no stream; the hub may be restarting.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    });
  };

  addEventListener('pagehide', () => {
    heard();
    close();
  });
  addEventListener('pageshow', (event) => event.persisted && open());
  addEventListener('online', open);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') hiddenAt = performance.now();
    else if (performance.now() - hiddenAt > ASLEEP_MS) open();
  });
  open();
}
