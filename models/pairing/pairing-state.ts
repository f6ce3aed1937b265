import type { Asker, PairingRequest } from './request.ts';

/** What a person sees of one request. */
export interface RequestView {
  readonly request: string;
  readonly kind: Asker['kind'];
  readonly state: 'waiting' | 'allowed' | 'granted';
  readonly address: string;
  readonly mac: string | null;
  readonly deviceId: string | null;
  readonly type: string;
  readonly name: string;
  readonly code: string | null;
  /** Since it asked first. */
  readonly seconds: number;
}

/** What a person sees of a household's window. */
export interface PairingState {
  readonly open: boolean;
  readonly secondsLeft: number;
  readonly requests: readonly RequestView[];
  /** How many more wait than are shown. */
  readonly more: number;
}

/** The request as it is shown at `now`, monotonic milliseconds. */
export function viewOf({ id, asker, code, asked, decision }: PairingRequest, now: number): RequestView {
  const { kind, address, mac, deviceId, type, name } = asker;
  const state = decision ? (decision.login === null ? 'allowed' : 'granted') : 'waiting';
  return {
    request: id,
    kind,
    state,
    address,
    mac,
    deviceId,
    type,
    name,
    code,
    seconds: Math.floor((now - asked) / 1000),
  };
}
