import type { Request, Response } from 'express';
import type { Clock } from '../lib/clock.ts';
import type { EventModel, HubEvent } from '../models/events.ts';
import type { LiveModel, LiveValue } from '../models/live.ts';
import type { Who } from '../models/who.ts';

export interface LiveDeps {
  live: Pick<LiveModel, 'listen' | 'since'>;
  events: Pick<EventModel, 'listen'>;
  /** What a page that has just opened should know at once. */
  greetings?: (account: number) => readonly HubEvent[];
  clock: Clock;
  /** Whether the visitor may still look: false once signed out, taken off or the key renewed. */
  stillMay(req: Request): Promise<boolean>;
}

/** Values that arrive together travel together. */
const GATHER_MS = 100;
/** One feed or input moves at most once a second, so a phone on a slow line is never flooded. */
const COALESCE_MS = 1000;
/** Proxies and phones drop silent connections; the same beat looks whether the visitor may still look. */
const HEARTBEAT_MS = 15_000;
const STREAMS_PER_ACCOUNT = 64;

/**
 * `GET /live`: the account's live values as text/event-stream. Event `value`, data
 * `{"feeds":{"<id>":[time,value]},"inputs":{…}}`; the id is a sequence number, and a reconnect with Last-Event-ID gets
 * what changed since. Without one the stream opens with every value there is. Other events are named in models/events.ts and
 * sent as they happen.
 */
export function liveController({ live, events, greetings, clock, stillMay }: LiveDeps) {
  const open = new Map<number, number>();

  return {
    stream(req: Request, res: Response): void {
      const who = req.who as Who;
      const streams = open.get(who.account) ?? 0;
      if (streams >= STREAMS_PER_ACCOUNT) {
        res.status(429).set('Retry-After', '30').end();
        return;
      }
      open.set(who.account, streams + 1);
      res
        .status(200)
        .set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
      res.flushHeaders();

      const coalescer = new Coalescer(clock);
      const send = () => {
        if (res.writableNeedDrain) return;
        const due = coalescer.take();
        if (due.length > 0) res.write(message(due));
      };
      const since = Number(req.get('Last-Event-ID') ?? 0);
      res.write('retry: 2000\nevent: hello\ndata: {}\n\n');
      for (const value of live.since(who.account, Number.isFinite(since) ? since : 0)) coalescer.put(value);
      send();
      const tell = (event: HubEvent) => {
        if (event.deciders && !mayDecide(who)) return;
        res.write(`event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
      };
      for (const event of greetings?.(who.account) ?? []) tell(event);

      const stops = [
        events.listen(who.account, tell),
        live.listen(who.account, (value) => coalescer.put(value)),
        clock.every(GATHER_MS, send),
        clock.every(HEARTBEAT_MS, () => {
          res.write(': here\n\n');
          void stillMay(req).then((may) => may || res.end());
        }),
      ];
      res.on('close', () => {
        for (const stop of stops) stop();
        open.set(who.account, (open.get(who.account) ?? 1) - 1);
      });
    },
  };
}

function mayDecide(who: Who): boolean {
  return who.by === 'session' && who.role !== 'guest';
}

/** Holds back what moved less than a second ago; of one feed or input only the newest value is kept. */
class Coalescer {
  readonly #clock: Clock;
  readonly #pending = new Map<string, LiveValue>();
  readonly #sent = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(value: LiveValue): void {
    this.#pending.set(`${value.kind} ${value.id}`, value);
  }

  /** What is due now; each value is given out once. */
  take(): LiveValue[] {
    if (this.#pending.size === 0) return [];
    const now = this.#clock.monotonic();
    const due: LiveValue[] = [];
    for (const [key, value] of this.#pending) {
      if (now - (this.#sent.get(key) ?? -COALESCE_MS) < COALESCE_MS) continue;
      this.#sent.set(key, now);
      this.#pending.delete(key);
      due.push(value);
    }
    return due;
  }
}

function message(values: readonly LiveValue[]): string {
  const feeds: Record<string, [number, number | null]> = {};
  const inputs: Record<string, [number, number | null]> = {};
  let id = 0;
  for (const { kind, id: key, time, value, seq } of values) {
    (kind === 'feed' ? feeds : inputs)[key] = [time, value];
    id = Math.max(id, seq);
  }
  return `id: ${id}\nevent: value\ndata: ${JSON.stringify({ feeds, inputs })}\n\n`;
}
