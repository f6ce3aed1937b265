import type { InputModel } from '../../models/input.ts';
import { intArg, jsonArg } from './arguments.ts';
import { type Action, failure, json } from './call.ts';
import { accountOf } from './input-door.ts';

/** `input/set`, `input/set-descriptions`, `input/set-node-input-descriptions` and `input/delete`. */
export function inputSetActions(inputs: Pick<InputModel, 'find' | 'list' | 'set' | 'remove'>) {
  const set: Action = async (call) => {
    const account = accountOf(call);
    const id = intArg(call.query.inputid);
    if (inputs.find(id)?.account !== account) return json(false);
    const wish = jsonArg(call.form.fields ?? call.query.fields);
    const { name, description } = textFields(wish);
    if (name !== undefined && !isName(name)) return failure('invalid characters in input name');
    if (description !== undefined && !isDescription(description)) {
      return failure('invalid characters in input description');
    }
    if (name === undefined && description === undefined) return failure('Field could not be updated');
    const fields = { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
    if (!(await inputs.set(account, id, fields))) return failure('Field could not be updated');
    return json({ success: true, message: 'Field updated', inputid: id, fields });
  };

  const setDescriptions: Action = async (call) => {
    const account = accountOf(call);
    const wishes = jsonArg(call.form.inputs ?? call.query.inputs);
    if (!Array.isArray(wishes)) return failure('Invalid inputs');
    const results: Record<string, { success: boolean; message: string }> = {};
    for (const wish of wishes as unknown[]) {
      const id = idOf(wish);
      results[id] = await describe(account, id, textFields(wish).description);
    }
    return json({ success: true, results });
  };

  const describe = async (account: number, id: number, description: string | undefined) => {
    if (inputs.find(id)?.account !== account) return { success: false, message: 'Access denied' };
    if (description === undefined || !isDescription(description)) {
      return { success: false, message: 'invalid characters in input description' };
    }
    await inputs.set(account, id, { description });
    return { success: true, message: 'Description updated' };
  };

  const setNodeInputDescriptions: Action = async (call) => {
    const account = accountOf(call);
    const { node, names } = { ...call.query, ...call.form };
    const own = inputs.list(account).filter((input) => input.node === node);
    if (own.length === 0) return failure('Node does not exist');
    const descriptions = (names ?? '').split(',').map((name) => name.trim());
    if (!descriptions.every(isDescription)) return failure('invalid characters in input description');
    for (const [at, { id }] of own.entries()) {
      const description = descriptions[at];
      if (description !== undefined) await inputs.set(account, id, { description });
    }
    return json({ success: true, message: 'Input descriptions updated' });
  };

  const remove: Action = async (call) => {
    const userid = accountOf(call);
    const several = jsonArg(call.query.inputids ?? call.form.inputids);
    if (Array.isArray(several)) {
      const removed = await inputs.remove(
        userid,
        several.map((id) => intArg(String(id))),
      );
      return json({
        success: removed.length > 0,
        message: `${removed.length} inputs deleted`,
        userid,
        inputids: removed,
      });
    }
    const inputid = intArg(call.query.inputid ?? call.form.inputid);
    const removed = await inputs.remove(userid, [inputid]);
    return json(removed.length === 0 ? false : { success: true, message: 'Input deleted', userid, inputid });
  };

  return { set, setDescriptions, setNodeInputDescriptions, remove };
}

function textFields(wish: unknown): { name?: string; description?: string } {
  if (typeof wish !== 'object' || wish === null) return {};
  const { name, description } = wish as { name?: unknown; description?: unknown };
  return {
    ...(typeof name === 'string' || typeof name === 'number' ? { name: String(name).trim() } : {}),
    ...(typeof description === 'string' || typeof description === 'number' ? { description: String(description) } : {}),
  };
}

function idOf(wish: unknown): number {
  const id = typeof wish === 'object' && wish !== null ? (wish as { id?: unknown }).id : undefined;
  return intArg(String(id));
}

/** Narrower than what a meter may send: no dot. */
function isName(name: string): boolean {
  return /^[\p{L}\p{M}\p{N}_\s:-]{1,64}$/u.test(name);
}

function isDescription(description: string): boolean {
  return /^[\p{L}\p{M}\p{N}_\s:.()/%°-]{0,255}$/u.test(description);
}
