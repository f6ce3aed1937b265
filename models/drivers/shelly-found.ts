import type { Found } from './driver.ts';

/** What a Shelly told of itself. */
export interface SeenShelly {
  readonly family: 'shelly1' | 'shelly2';
  readonly identity: string;
  readonly model: string;
  readonly isMeter: boolean;
  readonly address: string | null;
  /** A meter that has a relay all the same, for a contactor. */
  readonly relay?: boolean;
  /** The beginning of its topics, where it told them. */
  readonly topic?: string | undefined;
}

/** A Shelly as it stands among what was found. */
export function shellyFound({ family, identity, model, isMeter, relay, address, topic }: SeenShelly): Found {
  const told = { ...(topic !== undefined && { topic }), ...(isMeter && relay && { relay }) };
  return {
    ...{ family, identity, address, model, name: '' },
    type: isMeter ? 'meter' : 'plug',
    supported: true,
    ...(Object.keys(told).length > 0 && { settings: told }),
  };
}

/** The same with each of its relays as a device of its own, where it has several. */
export function withOutlets(found: Found, channels: readonly number[]): Found {
  if (channels.length < 2) return found;
  const children = channels.map((channel) => ({
    ...found,
    identity: `${found.identity}.${channel}`,
    settings: { ...found.settings, channel },
  }));
  return { ...found, children };
}
