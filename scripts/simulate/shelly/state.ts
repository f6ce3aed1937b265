import type { Clock } from '../../../lib/clock.ts';
import { Load } from '../load.ts';
import { KINDS, type Kind } from './kinds.ts';

/** All that a simulated Shelly knows. */
export interface ShellyState {
  readonly kind: (typeof KINDS)[Kind];
  /** 12 upper-case hex digits, as a Shelly writes it. */
  readonly mac: string;
  readonly name: string;
  readonly password: string | undefined;
  /** Asks for its password over MQTT too. */
  readonly guardsBroker: boolean;
  readonly loads: readonly Load[];
  /** What a meter kept of each minute, from its beginning at `ts` on. */
  readonly minutes: { readonly ts: number; readonly wattHours: number }[];
}

export interface ShellyWish {
  readonly kind: Kind;
  readonly mac: string;
  readonly name?: string;
  readonly password?: string | undefined;
  readonly guardsBroker?: boolean;
  readonly watts?: number;
  readonly clock: Clock;
}

export function shellyState({
  kind,
  mac,
  name = '',
  password,
  guardsBroker = false,
  watts = 60,
  clock,
}: ShellyWish): ShellyState {
  const { relays } = KINDS[kind];
  const loads = Array.from({ length: Math.max(relays, 1) }, () => new Load(clock, watts));
  return {
    kind: KINDS[kind],
    mac: mac.replaceAll(':', '').toUpperCase(),
    name,
    password,
    guardsBroker,
    loads,
    minutes: [],
  };
}

/** As it calls itself on the network: the first generation's names have half of the MAC in them. */
export function idOf({ kind, mac }: ShellyState): string {
  return kind.generation === 1 ? `${kind.id}-${mac.slice(-6)}` : `${kind.id}-${mac.toLowerCase()}`;
}
