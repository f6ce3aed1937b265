import { createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, hkdfSync } from 'node:crypto';
import type { RequestView } from '../../../models/pairing/pairing-state.ts';
import { type AskForm, askForm, proofOf } from '../../../models/pairing/request.ts';
import type { Sealed } from '../../../models/pairing/seal.ts';
import { HOUSE, type World } from './world.ts';

export interface Place {
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
}

/** A place on the network that is nobody else's. */
export function place(world: World, name: string, ip = `10.0.0.${world.cards.size + 1}`): Place {
  const mac = world.random.hex(6);
  world.cards.set(ip, mac);
  return { name, ip, mac };
}

export interface LegacyOptions {
  readonly tries?: number;
  readonly proxied?: boolean;
  /** How often an answer gets lost on the way. */
  readonly lossy?: number;
  /** Whether it has lost its place on the network. */
  readonly isGone?: () => boolean;
  /** Asks on although it has its login. */
  readonly greedy?: boolean;
}

/** EmonESP's firmware: asks every ten seconds or so until it has a login, then logs in. */
export async function legacy(world: World, { name, ip }: Place, options: LegacyOptions = {}): Promise<void> {
  const { tries = 12, proxied = false, lossy = 0.2, greedy = false, isGone = () => false } = options;
  for (let attempt = 0; attempt < tries; attempt += 1) {
    if (isGone()) return;
    const line = await answered(world, ip, proxied);
    await world.turn();
    if (isGone() || world.chance() < lossy) continue;
    const parts = line.split(':');
    if (parts.length === 1) continue;
    if (parts.length !== 3) world.problems.push(`${name} was answered with ${parts.length} parts`);
    const [username = '', secret = ''] = parts;
    world.received(name, username, secret);
    if (greedy) continue;
    logIn(world, name, username, secret);
    return;
  }
}

/** What the door answers: it keeps the answer back while a person may decide, unless the device hangs up. */
async function answered(world: World, ip: string, proxied: boolean): Promise<string> {
  const line = await world.pairing.askLegacy(ip, proxied);
  const hangUp = (listener: () => void) => void (world.chance() < 0.2 && world.turn().then(listener));
  if (proxied || !(await world.pairing.decided(ip, hangUp))) return line;
  await world.turn();
  return await world.pairing.askLegacy(ip, proxied);
}

/** Puts a login to use; says whether the broker took it. */
export function logIn(world: World, name: string, username: string, secret: string): boolean {
  const who = world.logins.mqttLogin(username, secret);
  if (!who?.topics) return false;
  world.pairing.used(who.topics.login);
  const foreign = ['emon/meter/power', 'emon/#', '#', 'emon/+/in/#', 'status'];
  for (const filter of foreign)
    if (who.topics.covers(filter)) world.problems.push(`${name} may use ${filter}, which is not its own`);
  return true;
}

export interface NewDevice extends Place {
  readonly form: AskForm;
  readonly privateKey: Buffer | null;
}

const PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** A device with new firmware, its display and its key. */
export function newDevice(
  world: World,
  at: Place,
  options: { name?: string; id?: string; keyless?: boolean } = {},
): NewDevice {
  const { name = at.name, id = at.mac, keyless = false } = options;
  const privateKey = keyless ? null : world.random.bytes(32);
  const publicKey = privateKey ? rawPublic(privateKey) : undefined;
  const form = askForm.parse({ deviceId: id, type: 'smartplug', name, nonce: world.random.hex(16), publicKey });
  return { ...at, form, privateKey };
}

/** Asks once and then polls until it has its login, is turned away, or has asked often enough. */
export async function asks(world: World, device: NewDevice, tries = 12, delay = 0): Promise<void> {
  const request = await world.pairing.ask(device.form, device.ip);
  if (!world.askedBy.has(request.id)) world.askedBy.set(request.id, device.name);
  world.displays.set(device.name, request.code);
  await world.turn();
  for (let waited = 0; waited < delay; waited += 1) await world.turn();
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const answer = await world.pairing.poll(request.id, proofOf(request.id, device.form.nonce), device.ip);
    await world.turn();
    if (answer.state === 'waiting' || world.chance() < 0.2) continue;
    if (answer.state === 'denied') return;
    const opened = tryOpen(world, device, request.id, answer.credential);
    if (opened) logIn(world, device.name, opened.username, opened.password);
    else world.problems.push(`${device.name} cannot open what was sealed to it`);
    return;
  }
}

/** What a device, or a thief, makes of a sealed box; a login that comes out of it is noted. */
export function tryOpen(
  world: World,
  { name, form, privateKey }: NewDevice,
  request: string,
  { publicKey, iv, box }: Sealed,
): { username: string; password: string } | null {
  try {
    const nonce = Buffer.from(form.nonce, 'hex');
    const secret = privateKey && publicKey ? shared(privateKey, publicKey) : nonce;
    const key = Buffer.from(hkdfSync('sha256', secret, nonce, `hearth pairing\n${request}`, 32));
    const bytes = Buffer.from(box, 'hex');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'hex')).setAAD(Buffer.from(request));
    decipher.setAuthTag(bytes.subarray(-16));
    const text = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
    const opened = JSON.parse(text) as { username: string; password: string };
    world.received(name, opened.username, opened.password);
    return opened;
  } catch {
    return null;
  }
}

export interface PersonOptions {
  readonly minutes?: number;
  readonly looks?: number;
  /** How often a stranger who is shown is turned away, and how often for ever. */
  readonly denies?: number;
  readonly blocks?: number;
  /** Legacy devices: whoever holds this address and card. New ones: whoever shows the same digits. */
  readonly mine: readonly (Place | NewDevice)[];
}

/** Somebody who lets in what is his: he compares the card with the label, and the digits with the display. */
export async function person(world: World, options: PersonOptions): Promise<void> {
  const { minutes = 5, looks = 14, denies = 0.5, blocks = 0.1, mine } = options;
  world.pairing.open(HOUSE, minutes, 'Megan');
  for (let look = 0; look < looks; look += 1) {
    await world.turn();
    for (const view of world.pairing.state(HOUSE).requests) {
      if (view.state !== 'waiting') continue;
      const device = mine.find((one) => isShown(world, one, view));
      if (device) world.allow(view, device.name);
      else if (world.chance() < denies) await world.pairing.deny(HOUSE, view.request, 'Megan', world.chance() < blocks);
    }
  }
}

function isShown(world: World, device: Place | NewDevice, view: RequestView): boolean {
  if (!('form' in device)) return view.kind === 'legacy' && view.mac === device.mac;
  return view.deviceId === device.form.deviceId && view.code === world.displays.get(device.name);
}

function rawPublic(raw: Buffer): string {
  const key = createPublicKey(privateKeyOf(raw)).export({ format: 'jwk' });
  return Buffer.from(key.x ?? '', 'base64url').toString('hex');
}

function shared(raw: Buffer, publicKey: string): Buffer {
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  const theirs = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
  return diffieHellman({ privateKey: privateKeyOf(raw), publicKey: theirs });
}

function privateKeyOf(raw: Buffer) {
  return createPrivateKey({ key: Buffer.concat([PKCS8, raw]), format: 'der', type: 'pkcs8' });
}
