import type { InboxEntry, InboxList } from '../models/inbox.ts';
import type { PairingState, RequestView } from '../models/pairing/pairing-state.ts';
import type { Words } from './page.ts';

/** Everything that waits for a person's yes or no, for those who may say it. */
export interface Asks {
  readonly pairing: PairingState;
  readonly inbox: InboxList;
}

/** What views/partials/asks.ejs prints: requests first, then what was found, a few at a time. */
export function asksOf({ pairing, inbox }: Asks, words: Words) {
  const waiting = pairing.requests.filter(({ state }) => state === 'waiting');
  const found = inbox.pending.slice(0, MOST_FOUND);
  return {
    requests: pairing.requests.map((request) => requestView(request, words)),
    found: found.map((entry) => foundView(entry, words)),
    waiting: waiting.length + pairing.more,
    /** How many more there are than are shown. */
    more: pairing.more + inbox.pending.length - found.length + inbox.more,
    pending: inbox.pending.length + inbox.more,
  };
}

/** The open door: how long still, in words that are true without a script too. */
export function windowOf({ open, secondsLeft }: PairingState) {
  const left = Math.max(0, secondsLeft);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  return { open, left, clock, minutes: Math.floor(left / 60), seconds: left % 60, share: Math.min(100, left / 3) };
}

/** More at once nobody reads; the others follow as these are decided. */
const MOST_FOUND = 5;

function requestView({ request, kind, state, address, mac, type, name, code, seconds }: RequestView, words: Words) {
  const { t } = words;
  return {
    request,
    state,
    title: kind === 'new' ? t('ask.named', { name }) : t('ask.unnamed'),
    code: code === null ? null : code.replace(/(\d{3})(?=\d)/g, '$1 '),
    digits: code?.split('').join(', ') ?? '',
    say: t(code === null ? 'ask.nocode' : 'ask.code'),
    type,
    address: mac === null ? address : `${address} · ${mac}`,
    since: words.ago(seconds),
  };
}

function foundView({ key, found, first }: InboxEntry, words: Words) {
  const { name, model, family, identity, address, supported, note = '', children = [] } = found;
  return {
    key,
    title: name || model || identity,
    model: [model, family].filter(Boolean).join(' · '),
    address: [address, identity].filter(Boolean).join(' · '),
    since: words.ago(Math.max(0, words.now / 1000 - first)),
    supported,
    note: { words: words.told('found', note) ?? note, own: words.told('found', note) === null },
    outlets: children.length,
  };
}
