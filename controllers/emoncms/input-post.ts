import { HubError } from '../../lib/errors.ts';
import type { Reading } from '../../models/input.ts';
import { cleanNode } from '../../models/input-names.ts';
import { parseReadingTime } from '../../models/reading-time.ts';
import { mayWrite } from '../../models/who.ts';
import { isTruthy } from './arguments.ts';
import { type Action, type Call, empty, type Reply, text } from './call.ts';
import { bulkReadings } from './input-bulk-rows.ts';
import type { InputActionDeps } from './input-door.ts';
import { isEncrypted, openEncrypted } from './input-encrypted.ts';
import { csvValues, eitherValues, fullJsonValues, type InputValue, looseValues, refused } from './input-values.ts';

/** Nodes an account may have over this door, as EmonCMS has it. */
const NODE_LIMIT = 32;

/** `input/post` and `input/bulk`. Callers who may not write get EmonCMS's empty answer, as a wrong format gets its sentence. */
export function inputPostActions(deps: InputActionDeps): { post: Action; bulk: Action } {
  return {
    post: (call) => take(deps, call, postReadings),
    bulk: (call) => take(deps, call, bulkOf),
  };
}

type Fields = Readonly<Record<string, string>>;

interface Sender {
  readonly account: number;
  readonly zone: string;
  readonly fields: Fields;
  /** The one node a device's own key may post to. */
  readonly node?: string;
  /** What an encrypted post is answered with. */
  readonly receipt?: string;
}

type Parse = (call: Call, sender: Sender, now: number) => Reading[];

async function take(deps: InputActionDeps, call: Call, parse: Parse): Promise<Reply> {
  const sender = senderOf(deps, call);
  if (sender === undefined) return isEncrypted(call) ? text('invalid data') : empty();
  try {
    const readings = parse(call, sender, deps.clock.seconds());
    const known = isTruthy(sender.fields.mqttpub) ? knownValues(deps, sender.account, readings) : [];
    await deps.inputs.receive(sender.account, readings, { nodeLimit: NODE_LIMIT });
    for (const [topic, value] of known) deps.publish(sender.account, topic, value);
  } catch (error) {
    if (!(error instanceof HubError) || error.status >= 500) throw error;
    return text(`{"success": false, "message": ${JSON.stringify(error.sentence)}}`);
  }
  return text(sender.receipt ?? (sender.fields.fulljson ? '{"success": true}' : 'ok'));
}

function senderOf(deps: InputActionDeps, call: Call): Sender | undefined {
  const { who, query, form } = call;
  if (isEncrypted(call)) {
    const opened = openEncrypted(call, (account) => deps.users.keys(account)?.write);
    return opened && { ...opened, zone: deps.users.account(opened.account)?.timezone ?? 'UTC' };
  }
  const fields = { ...query, ...form };
  if (who === null && fields.devicekey !== undefined) return deviceSender(deps, fields);
  if (who === null || !mayWrite(who)) return undefined;
  return { account: who.account, zone: who.timezone, fields };
}

function deviceSender({ devices, users }: InputActionDeps, fields: Fields): Sender | undefined {
  const device = devices.byKey(fields.devicekey ?? '');
  if (!device) return undefined;
  const { account, node } = device;
  return { account, node, zone: users.account(account)?.timezone ?? 'UTC', fields };
}

function postReadings(call: Call, { fields, zone, node: own }: Sender, now: number): Reading[] {
  const given = fields.time === undefined ? undefined : (parseReadingTime(fields.time, now, zone) ?? now);
  const { values, time } = postedValues(fields, given === undefined);
  const node = cleanNode(own ?? fields.node ?? call.tail[0] ?? '0');
  return [{ node, time: given ?? parseReadingTime(time, now, zone) ?? now, values }];
}

function postedValues(fields: Fields, ownTime: boolean): { values: InputValue[]; time?: unknown } {
  if (fields.json) return { values: looseValues(fields.json) };
  if (fields.fulljson) return fullJsonValues(fields.fulljson, ownTime);
  if (fields.csv) return { values: csvValues(fields.csv) };
  if (fields.data) return { values: eitherValues(fields.data) };
  throw refused('Request contains no data via csv, json or data tag');
}

function bulkOf(call: Call, { fields, node }: Sender, now: number): Reading[] {
  return bulkReadings(fields, call.body, now).map((reading) => ({ ...reading, node: cleanNode(node ?? reading.node) }));
}

/** `mqttpub=1`: the values of inputs that exist already, with the topics they are published on. */
function knownValues(deps: InputActionDeps, account: number, readings: readonly Reading[]) {
  return readings.flatMap(({ node, values }) =>
    values
      .filter(([name]) => deps.inputs.byName(account, node, name) !== undefined)
      .map(([name, value]) => [`emon/${node}/${name}`, value] as const),
  );
}
