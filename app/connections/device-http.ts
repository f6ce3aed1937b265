import { type IncomingMessage, request } from 'node:http';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import { DeviceError, garbled } from '../../models/drivers/device-error.ts';
import { authorization } from '../../models/drivers/digest.ts';
import type { HttpAnswer, HttpAsk, HttpPort } from '../../models/drivers/http-port.ts';
import type { AddressRules } from '../../models/drivers/private-address.ts';
import { type Target, targetOf } from './device-address.ts';
import { unreachable } from './device-wire.ts';

export interface DeviceHttpDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly rules: AddressRules;
}

/** HTTP to the devices of the house. */
export function deviceHttp({ clock, random, rules }: DeviceHttpDeps): HttpPort {
  return {
    async fetch(address, path, ask = {}) {
      const target = await targetOf(address, 80, rules);
      const first = await exchange(clock, target, path, ask);
      if (first.status !== 401 || !ask.login) return first.answer;
      const asked = { method: ask.method ?? 'GET', path, cnonce: random.hex(8) };
      const header = authorization(first.challenge, ask.login, asked);
      const second = header && (await exchange(clock, target, path, ask, header));
      if (!second || second.status === 401) throw new DeviceError('login', 'The device wants another password.');
      return second.answer;
    },
  };
}

interface Exchange {
  readonly status: number;
  readonly challenge: string;
  readonly answer: HttpAnswer;
}

function exchange(clock: Clock, target: Target, path: string, ask: HttpAsk, login?: string): Promise<Exchange> {
  const { method = 'GET', body, type, timeoutMs = 5000, limit = 256 * 1024 } = ask;
  return new Promise((resolve, reject) => {
    const headers = {
      ...ask.headers,
      host: target.named,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...(login === undefined ? {} : { authorization: login }),
    };
    // Devices have few sockets: none is kept open.
    const call = request({ host: target.ip, port: target.port, method, path, headers, agent: false });
    const end = (error: DeviceError) => {
      stop();
      call.destroy();
      reject(error);
    };
    const stop = clock.after(timeoutMs, () => end(new DeviceError('timeout', 'The device did not answer in time.')));
    call.on('error', (cause) => end(unreachable(cause)));
    call.on('response', (response) => {
      collect(response, limit, end, (bytes) => {
        stop();
        const challenge = [response.headers['www-authenticate'] ?? ''].flat().join(', ');
        resolve({ status: response.statusCode ?? 0, challenge, answer: answerOf(response, bytes) });
      });
    });
    call.end(body);
  });
}

function collect(
  response: IncomingMessage,
  limit: number,
  fail: (error: DeviceError) => void,
  done: (bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limit) return fail(new DeviceError('too large', 'The device’s answer is too long.'));
    chunks.push(chunk);
  });
  response.on('end', () => {
    if (response.complete) done(Buffer.concat(chunks));
  });
  response.on('error', (cause) => fail(unreachable(cause)));
  response.on('aborted', () => fail(new DeviceError('garbled', 'The device’s answer broke off.')));
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: Buffer): HttpAnswer {
  return {
    status: statusCode,
    type: headers['content-type'] ?? '',
    body,
    text: () => body.toString('utf8'),
    json() {
      try {
        return JSON.parse(body.toString('utf8')) as unknown;
      } catch (cause) {
        throw garbled({ cause });
      }
    },
  };
}
