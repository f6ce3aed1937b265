import { type Action, type Call, empty, json, type Reply, text } from './call.ts';
import type { EmoncmsAction } from './feed.ts';
import { accountOf, type InputActionDeps } from './input-door.ts';
import { inputListActions } from './input-list.ts';
import { inputPostActions } from './input-post.ts';
import { inputProcessActions } from './input-process.ts';
import { inputSetActions } from './input-set.ts';

/** Every `input/…` action. The extension does not matter here: answers are JSON or text whatever it is. */
export function inputActions(deps: InputActionDeps): EmoncmsAction[] {
  const { post, bulk } = inputPostActions(deps);
  const look = inputListActions(deps.inputs);
  const set = inputSetActions(deps.inputs);
  const process = inputProcessActions(deps);
  return [
    { path: 'input/post/*', who: 'anyone', refusal: empty(), to: post },
    { path: 'input/bulk', who: 'anyone', refusal: empty(), to: bulk },
    row('read', 'input/list', look.list),
    row('read', 'input/getinputs', look.getInputs),
    row('read', 'input/get_inputs', look.getInputs),
    row('read', 'input/get/*', look.get),
    row('write', 'input/set', set.set),
    row('write', 'input/set-descriptions', set.setDescriptions),
    row('write', 'input/set-node-input-descriptions', set.setNodeInputDescriptions),
    row('write', 'input/delete', set.remove),
    row('write', 'input/clean', async (call) => text(`Deleted ${await deps.inputs.clean(accountOf(call))} inputs`)),
    row('write', 'input/cleanprocesslistfeeds', process.cleanFeeds),
    row('write', 'input/process/get', process.get),
    row('write', 'input/process/set', process.set),
    row('write', 'input/disable', (call) => setCreation(deps, call, true)),
    row('write', 'input/enable', (call) => setCreation(deps, call, false)),
    row('write', 'input/isdisabled', (call) => json(deps.users.account(accountOf(call))?.inputsDisabled === true)),
    row('anyone', 'input/*', () => NO),
  ];
}

const NO = json(false);

function row(who: EmoncmsAction['who'], path: string, to: Action): EmoncmsAction {
  return { path, who, refusal: NO, to };
}

async function setCreation({ users }: InputActionDeps, call: Call, inputsDisabled: boolean): Promise<Reply> {
  const userid = accountOf(call);
  await users.setAccount(userid, { inputsDisabled });
  return json({ success: true, userid, message: `Input creation ${inputsDisabled ? 'disabled' : 'enabled'}` });
}
