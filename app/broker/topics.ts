import { covers } from '../../lib/topic-filter.ts';
import { mayWrite, type Who } from '../../models/who.ts';

/** One MQTT message that may be handled, as a controller sees it. */
export interface MqttMessage {
  readonly who: Who;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
}

/** Resolves when the message may be acknowledged; throws when it must not be. */
export type MqttController = (message: MqttMessage) => Promise<void> | undefined;

/** A row of the table of routes: below `path` (an MQTT filter) those whom `who` names may publish and subscribe. */
export interface TopicRoute {
  readonly path: string;
  readonly who: 'read' | 'write';
  readonly to: MqttController;
  /** The hub alone speaks there; others listen. */
  readonly told?: boolean;
  /** Where the path alone does not tell: whether the row is for this filter of this household. */
  readonly only?: (who: Who, filter: string) => boolean;
}

/** The table of topics, ready to be asked. What no row covers is forbidden, and to a device all that is not its own. */
export class Topics {
  readonly #rows: readonly { readonly route: TopicRoute; readonly below: string | null }[];

  constructor(routes: readonly TopicRoute[]) {
    this.#rows = routes.map((route) => ({ route, below: plainRoot(route.path) }));
  }

  /** The row that takes a message on `topic` from `who`, or undefined when it is forbidden. */
  toPublish(who: Who, topic: string): TopicRoute | undefined {
    const route = this.#rowOf(who, topic);
    return route?.told ? undefined : route;
  }

  /** Whether everything that `filter` can match lies below one row open to `who`. */
  maySubscribe(who: Who, filter: string): boolean {
    return this.#rowOf(who, filter) !== undefined;
  }

  #rowOf(who: Who, topic: string): TopicRoute | undefined {
    if (who.topics && !who.topics.covers(topic)) return undefined;
    for (const { route, below } of this.#rows) {
      const inside = (below !== null && topic.startsWith(below)) || covers(route.path, topic);
      if (inside && (route.who === 'read' || mayWrite(who)) && (route.only?.(who, topic) ?? true)) return route;
    }
    return undefined;
  }
}

/** `emon/` for `emon/#`, the usual kind of row, which a look at the first characters decides; null for others. */
function plainRoot(path: string): string | null {
  const root = path.slice(0, -1);
  return path.endsWith('/#') && !/[+#]/.test(root) ? root : null;
}
