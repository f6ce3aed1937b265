import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import { localDay } from '../../lib/local-day.ts';
import type { AuditModel } from '../../models/audit.ts';
import type { DeviceModel } from '../../models/device.ts';
import { type Called, isPlace, isPlain } from '../../models/device-rules.ts';
import type { DeviceStates } from '../../models/device-states.ts';
import type { InboxModel } from '../../models/inbox.ts';
import type { PairingModel } from '../../models/pairing/pairing.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite, type Who } from '../../models/who.ts';
import { type Asks, asksOf, windowOf } from '../../views/device-asks.ts';
import { awayOf } from '../../views/device-away.ts';
import { type Card, type CardDeps, cardOf } from '../../views/device-card.ts';
import { deviceTrail } from '../../views/device-trail.ts';
import type { Notice, Words } from '../../views/page.ts';
import { personOf } from './account.ts';
import { line, parseForm, seeOther } from './form.ts';
import { ownDeviceOf } from './own-device.ts';
import { idOf, queryOf, readerOf } from './reader.ts';
import { roomsOf } from './rooms.ts';

export interface DevicesDeps extends CardDeps {
  readonly devices: Pick<DeviceModel, 'list' | 'find'>;
  readonly states: Pick<DeviceStates, 'desired' | 'reported' | 'want'>;
  readonly pairing: Pick<PairingModel, 'state' | 'open' | 'allow' | 'deny' | 'blocked' | 'unblock'>;
  readonly inbox: Pick<InboxModel, 'list' | 'approve' | 'ignore' | 'ignored' | 'forget'>;
  readonly users: Pick<UserModel, 'account'>;
  readonly audit: Pick<AuditModel, 'list'>;
  /** Looks for devices on the network for some minutes, see app/services/discovery.ts. */
  readonly discovery: { look(account: number, minutes: number): void };
}

/** /devices: who asks to join, the open door, and every device with its switch. */
export function devicesPages(deps: DevicesDeps) {
  return {
    list: (req: Request, res: Response) => list(deps, req, res),
    ask: (req: Request, res: Response) => ask(deps, req, res),
    decide: (req: Request, res: Response) => decide(deps, req, res),
    decideFound: (req: Request, res: Response) => decideFound(deps, req, res),
    unblock: (req: Request, res: Response) => unblock(deps, req, res),
    forget: (req: Request, res: Response) => forget(deps, req, res),
    turn: (req: Request, res: Response) => turn(deps, req, res),

    /** Opens or closes the door. */
    door(req: Request, res: Response): void {
      const { account, username } = personOf(req);
      const { minutes, to } = parseForm(req, { minutes: line, to: line });
      const count = /^\d{1,2}$/.test(minutes) ? Number(minutes) : 0;
      deps.pairing.open(account, count, username);
      if (count > 0) deps.discovery.look(account, count);
      seeOther(res, wayBack(to));
    },
  };
}

/** Everything of the household that waits for a yes or no; nothing of it for those who may only look. */
export function waitingFor({ pairing, inbox }: Pick<DevicesDeps, 'pairing' | 'inbox'>, who: Who): Asks {
  if (mayWrite(who)) return { pairing: pairing.state(who.account), inbox: inbox.list(who.account) };
  return { pairing: { open: false, secondsLeft: 0, requests: [], more: 0 }, inbox: { pending: [], more: 0 } };
}

/** The household's devices as cards, in the order of their rooms and names. */
export async function cardsOf(
  deps: CardDeps & Pick<DevicesDeps, 'devices' | 'users'>,
  account: number,
  words: Words,
  withEnergy = true,
): Promise<Card[]> {
  const zone = deps.users.account(account)?.timezone ?? words.zone;
  const day = withEnergy ? localDay(words.now / 1000, zone) : null;
  const cards = await Promise.all(deps.devices.list(account).map((device) => cardOf(deps, device, day, words)));
  const order = (a: string, b: string) => a.localeCompare(b, words.language, { numeric: true });
  return cards.sort(
    (a, b) => Number(a.room === '') - Number(b.room === '') || order(a.room, b.room) || order(a.name, b.name),
  );
}

async function list(deps: DevicesDeps, req: Request, res: Response): Promise<void> {
  const who = readerOf(req);
  const words = res.words();
  const waiting = waitingFor(deps, who);
  const asks = asksOf(waiting, words);
  const cards = await cardsOf(deps, who.account, words);
  res.page('devices', {
    tab: 'devices',
    title: words.t('devices.title'),
    scripts: ['live.js'],
    inFull: true,
    heading: headingOf(asks, cards, words),
    asks,
    door: windowOf(waiting.pairing),
    cards,
    mayDecide: mayWrite(who),
    away: mayWrite(who) ? awayOf(deps.pairing.blocked(who.account), deps.inbox.ignored(who.account), words) : null,
    trail: mayWrite(who) ? await trailOf(deps, who.account, words) : null,
    rooms: roomsOf(deps.devices.list(who.account)),
    notice: noticeOf(deps, who.account, queryOf(req), words),
  });
}

/** The page is there without it, as while MySQL is away. */
async function trailOf({ audit }: DevicesDeps, account: number, words: Words) {
  return deviceTrail(await audit.list(account, TRAIL_ROWS).catch(() => null), words);
}

const TRAIL_ROWS = 20;

/** Who asks to join, else what was found, else how many are live. */
function headingOf({ waiting, pending }: ReturnType<typeof asksOf>, cards: readonly Card[], { t }: Words): string {
  if (waiting > 0) return t('devices.asking', { count: waiting });
  if (pending > 0) return t('devices.found', { count: pending });
  if (cards.length === 0) return t('devices.none');
  const live = cards.filter(({ presence }) => presence.state === 'live').length;
  return live === cards.length ? t('devices.live', { count: live }) : t('devices.some', { live, count: cards.length });
}

/** One request by itself: what a popup shows. */
function ask(deps: DevicesDeps, req: Request, res: Response): void {
  const { pairing, inbox } = waitingFor(deps, readerOf(req));
  const words = res.words();
  const { requests } = asksOf({ pairing, inbox }, words);
  const wanted = queryOf(req).request;
  const waiting = requests.filter(({ state }) => state === 'waiting');
  res.set('Cache-Control', 'no-store').page('ask', {
    tab: 'devices',
    title: words.t('devices.title'),
    request: waiting.find(({ request }) => request === wanted) ?? waiting[0] ?? null,
  });
}

async function decide({ pairing }: DevicesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const { say, to } = parseForm(req, { say: line, to: line });
  const request = String(req.params.request);
  if (!['allow', 'deny', 'block'].includes(say)) throw new HubError('HUB_BAD_REQUEST');
  const called = calledIn(req);
  if (say === 'allow' && !called) return seeOther(res, `${wayBack(to)}?done=wrong`);
  try {
    if (say === 'allow') pairing.allow(account, request, username, called ?? {});
    else await pairing.deny(account, request, username, say === 'block');
    seeOther(res, `${wayBack(to)}?done=${say}`);
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    seeOther(res, `${wayBack(to)}?done=over`);
  }
}

async function decideFound({ inbox }: DevicesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const { say, to } = parseForm(req, { say: line, to: line });
  const key = String(req.params.key);
  if (say !== 'allow' && say !== 'ignore') throw new HubError('HUB_BAD_REQUEST');
  const called = calledIn(req);
  if (say === 'allow' && !called) return seeOther(res, `${wayBack(to)}?done=wrong`);
  try {
    if (say === 'ignore') {
      await inbox.ignore(account, key, username);
      return seeOther(res, `${wayBack(to)}?done=ignore`);
    }
    const [device] = await inbox.approve(account, key, called ?? {}, username);
    seeOther(res, device ? `/devices/${device.id}?done=new` : wayBack(to));
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    seeOther(res, `${wayBack(to)}?done=over`);
  }
}

/** Everything that was blocked with it: a device is known by its id and by its network card. */
async function unblock({ pairing }: DevicesDeps, req: Request, res: Response): Promise<void> {
  const { account, username } = personOf(req);
  const all = pairing.blocked(account);
  const wanted = all.find(({ id }) => id === idOf(req));
  const same = all.filter(({ shown }) => shown === wanted?.shown);
  for (const { id } of same) await pairing.unblock(account, id, username);
  seeOther(res, `/devices?done=${same.length > 0 ? 'unblock' : 'over'}`);
}

async function forget({ inbox }: DevicesDeps, req: Request, res: Response): Promise<void> {
  const { account } = personOf(req);
  const key = String(req.params.key);
  const isIgnored = inbox.ignored(account).some((entry) => entry.key === key);
  if (isIgnored) await inbox.forget(account, key);
  seeOther(res, `/devices?done=${isIgnored ? 'forget' : 'over'}`);
}

/** What the person typed for a new device's name, room and place; null where a device cannot be called so. */
function calledIn(req: Request): Called | null {
  const { name, room, place } = parseForm(req, { name: line, room: line, place: line });
  if (![name, room].every((text) => isPlain(text) && text.length <= 64) || !isPlace(place)) return null;
  return Object.fromEntries(Object.entries({ name, room, place }).filter(([, text]) => text !== ''));
}

/** The device is asked; the page that follows says what it reports, not what was wished. */
async function turn(deps: DevicesDeps, req: Request, res: Response): Promise<void> {
  const { username } = personOf(req);
  const { on, to } = parseForm(req, { on: line, to: line });
  const { id } = ownDeviceOf(deps.devices, req);
  if (on !== 'yes' && on !== 'no') throw new HubError('HUB_BAD_REQUEST');
  const outcome = await deps.states.want(id, on === 'yes', username, '');
  const way = to === 'device' ? `/devices/${id}` : wayBack(to);
  if (outcome.done) return seeOther(res, way);
  seeOther(res, `${way === '/' ? '/devices' : way}?fault=${outcome.fault.replace(' ', '-')}&device=${id}`);
}

/** What the last form did, or why it did not. */
export function noticeOf(
  { devices, states }: Pick<DevicesDeps, 'devices' | 'states'>,
  account: number,
  query: Record<string, string>,
  { t, has }: Words,
): Notice | null {
  const { done = '', fault = '', device: id = '' } = query;
  const device = devices.find(Number(id));
  if (device?.account === account && has(`device.fault.${fault}`)) {
    const on = states.desired(device.id)?.on;
    const step = `${t(`device.fault.${fault}`)} ${t('device.switch.kept')}`;
    return {
      kind: 'bad',
      fact: t(on ? 'device.switch.failed.on' : 'device.switch.failed.off', { name: device.name }),
      step,
    };
  }
  if (!has(`devices.done.${done}`)) return null;
  const step = has(`devices.done.${done}.step`) ? { step: t(`devices.done.${done}.step`) } : {};
  const kind = done === 'over' ? 'wait' : done === 'wrong' ? 'bad' : 'good';
  return { kind, fact: t(`devices.done.${done}`), ...step };
}

/** Only to pages of Hearth. */
function wayBack(to: string): string {
  return { home: '/', wizard: '/devices/wizard' }[to] ?? '/devices';
}
