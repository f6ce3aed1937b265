import type { Duplex } from 'node:stream';
import mqtt, { type IConnectPacket, type Packet } from 'mqtt-packet';
import type { Clock } from '../../lib/clock.ts';
import type { Who } from '../../models/who.ts';
import { LIMITS } from './limits.ts';
import { type Login, REFUSAL } from './login.ts';
import { isText } from './text.ts';
import type { Topics } from './topics.ts';

export interface DoormanDeps {
  readonly clock: Clock;
  readonly login: Login;
  readonly topics: Topics;
  /** Whether one more connection of the account is within the limits. */
  hasRoom(account: number): boolean;
  refused(reason: string, details: Record<string, unknown>): void;
}

export interface Visitor {
  readonly who: Who;
  readonly clientId: string;
}

interface Visit {
  readonly conn: Duplex;
  readonly address: string;
  readonly connect: IConnectPacket;
  who?: Who;
}

/** Each gives 0, or the return code the visitor is refused with. */
const CHECKS = [checkVersion, checkClientId, checkLogin, checkWill, checkRoom];

/**
 * Reads the CONNECT packet before anything else sees the connection, and either answers with a refusal and closes it
 * (null), or puts every byte back and returns who came. Nothing of a stranger is kept beyond that one packet.
 */
export async function receiveVisitor(deps: DoormanDeps, conn: Duplex, address: string): Promise<Visitor | null> {
  const connect = await readConnect(deps, conn);
  if (!connect) return null;
  const visit: Visit = { conn, address, connect };
  for (const check of CHECKS) {
    const code = await check(deps, visit);
    if (conn.destroyed) return null;
    if (code !== 0) {
      deps.refused(REASONS[code] ?? 'connect', { username: connect.username, address });
      farewell(deps, conn, connect.protocolVersion === 5 ? UNSUPPORTED_V5 : connack(code));
      return null;
    }
  }
  return visit.who ? { who: visit.who, clientId: connect.clientId } : null;
}

const REASONS: Record<number, string> = {
  [REFUSAL.version]: 'protocol version',
  [REFUSAL.clientId]: 'client id',
  [REFUSAL.unavailable]: 'too many connections',
  [REFUSAL.badLogin]: 'login',
  [REFUSAL.notAuthorised]: 'not authorised',
};

function checkVersion(_: DoormanDeps, { connect }: Visit): number {
  return connect.protocolVersion === 3 || connect.protocolVersion === 4 ? 0 : REFUSAL.version;
}

function checkClientId(_: DoormanDeps, { connect }: Visit): number {
  // [MQTT-3.1.3-8] a session that is to be kept needs a name
  if (connect.clientId === '' && !connect.clean) return REFUSAL.clientId;
  return connect.clientId.length > LIMITS.clientIdLength ? REFUSAL.clientId : 0;
}

async function checkLogin({ login }: DoormanDeps, visit: Visit): Promise<number> {
  const result = await login.check(visit.connect.username, visit.connect.password, visit.address);
  if (typeof result === 'number') return result;
  visit.who = result;
  return 0;
}

function checkWill({ topics }: DoormanDeps, { connect: { will }, who }: Visit): number {
  if (!will) return 0;
  const plain = will.topic.length <= LIMITS.topicLength && !/[+#]/.test(will.topic);
  who?.topics?.claim(will.topic);
  const allowed = who && (will.topic.startsWith('$') || topics.toPublish(who, will.topic));
  return plain && allowed ? 0 : REFUSAL.notAuthorised;
}

function checkRoom(deps: DoormanDeps, { who }: Visit): number {
  return who && deps.hasRoom(who.account) ? 0 : REFUSAL.unavailable;
}

/** The CONNECT packet, its bytes put back for the broker; null when the connection ended or was ended first. */
function readConnect(deps: DoormanDeps, conn: Duplex): Promise<IConnectPacket | null> {
  const { clock, refused } = deps;
  return new Promise((resolve) => {
    const parser = mqtt.parser();
    const chunks: Buffer[] = [];
    let length = 0;
    let first: Packet | Error | undefined;
    const late = clock.after(LIMITS.connectMs, () => reject('connect timeout'));
    parser.on('packet', (packet: Packet) => {
      first ??= packet;
    });
    parser.on('error', (error: Error) => {
      first ??= error;
    });
    conn.on('readable', read);
    conn.on('close', ended);

    function read(): void {
      for (let chunk = conn.read() as Buffer | null; chunk; chunk = conn.read() as Buffer | null) {
        chunks.push(chunk);
        length += chunk.length;
        if (!first) parser.parse(chunk);
      }
      // [MQTT-3.1.2-2] an unknown protocol version is answered before the connection is closed
      if (first instanceof Error) reject('not MQTT', /protocol version/i.test(first.message));
      else if (first?.cmd === 'connect' && (first.length ?? 0) <= LIMITS.connectBytes && isSound(first)) accept(first);
      else if (first || length > LIMITS.connectBytes) reject('not MQTT');
    }
    function accept(packet: IConnectPacket): void {
      release();
      conn.unshift(Buffer.concat(chunks));
      resolve(packet);
    }
    function reject(reason: string, answer = false): void {
      release();
      refused(reason, {});
      if (answer) farewell(deps, conn, connack(REFUSAL.version));
      else conn.destroy();
      resolve(null);
    }
    function ended(): void {
      release();
      resolve(null);
    }
    function release(): void {
      late();
      conn.off('readable', read);
      conn.off('close', ended);
    }
  });
}

/** Sends the last packet and reads the rest away, so that closing does not overtake it; then closes. */
function farewell({ clock }: DoormanDeps, conn: Duplex, packet: Buffer): void {
  conn.end(packet);
  conn.resume();
  const forget = clock.after(FAREWELL_MS, () => conn.destroy());
  conn.once('close', forget);
}

/** What mqtt-packet does not look at [MQTT-1.5.3-1] [MQTT-3.1.2-14] [MQTT-3.1.2-22]. */
function isSound({ clientId, username, password, will }: IConnectPacket): boolean {
  if (password !== undefined && username === undefined) return false;
  return isText(clientId) && isText(username ?? '') && (!will || (isText(will.topic) && (will.qos ?? 0) < 3));
}

const FAREWELL_MS = 1000;

function connack(returnCode: number): Buffer {
  return mqtt.generate({ cmd: 'connack', returnCode, sessionPresent: false });
}

/** MQTT 5's own CONNACK for "unsupported protocol version", reason code 0x84. */
const UNSUPPORTED_V5 = mqtt.generate(
  { cmd: 'connack', reasonCode: 0x84, sessionPresent: false },
  { protocolVersion: 5 },
);
