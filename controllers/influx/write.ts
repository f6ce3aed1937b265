import type { Clock } from '../../lib/clock.ts';
import { HubError } from '../../lib/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { InputModel } from '../../models/input.ts';
import { lineReadings } from '../../models/line-readings.ts';
import type { LineWriters } from '../../models/line-writers.ts';
import type { ReadingClock } from '../../models/reading-clock.ts';
import type { UserModel } from '../../models/user.ts';
import { mayWrite, type Who } from '../../models/who.ts';
import { type Action, type Call, JSON_TYPE, type Reply } from '../emoncms/call.ts';

export interface InfluxDeps {
  readonly inputs: Pick<InputModel, 'receive'>;
  readonly users: Pick<UserModel, 'mqttLogin'>;
  readonly clock: Clock;
  readonly times: Pick<ReadingClock, 'check'>;
  readonly lineWriters: Pick<LineWriters, 'wrote'>;
  readonly log: Log;
}

/** What InfluxDB 1 clients speak: `POST /write` in line protocol and `/ping`. */
export function influxActions(deps: InfluxDeps) {
  const anyone = { who: 'anyone', refusal: STRANGER } as const;
  return [
    { path: 'write', ...anyone, to: write(deps) },
    { path: 'ping', ...anyone, to: () => DONE },
  ];
}

/** Answers 204 once every reading of the upload is kept; at an error none of them is. */
function write({ inputs, users, clock, times, lineWriters, log }: InfluxDeps): Action {
  return async (call) => {
    const who = call.who ?? signedIn(users, call);
    if (!who) return STRANGER;
    if (!mayWrite(who)) return refused(403, 'this key may not write');
    try {
      const text = call.body.toString('utf8');
      const check = (time: number, now: number) => times.check(time, now);
      const readings = lineReadings(text, call.query.precision, clock.seconds(), check);
      await inputs.receive(who.account, readings);
      lineWriters.wrote(who.account, readings).catch((error: unknown) => {
        log.warn({ err: error }, 'who writes in line protocol could not be noted');
      });
      return DONE;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      return refused(error.status, error.sentence);
    }
  };
}

/** Account name and write key, as `u` and `p` or by HTTP's basic authentication. */
function signedIn(users: InfluxDeps['users'], { query, headers }: Call): Who | undefined {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/.exec(headers.authorization ?? '')?.[1];
  if (basic === undefined) return users.mqttLogin(query.u ?? '', query.p ?? '');
  const [name = '', ...key] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  return users.mqttLogin(name, key.join(':'));
}

/** Clients look for a 1.x to know what they may send. */
const VERSION = { 'X-Influxdb-Version': '1.8-hearth' };
const DONE: Reply = { status: 204, type: JSON_TYPE, body: '', headers: VERSION };

function refused(status: number, error: string): Reply {
  return { status, type: JSON_TYPE, body: `${JSON.stringify({ error })}\n`, headers: VERSION };
}

const STRANGER = refused(401, 'authorization failed');
