import type { Input, InputModel } from '../../models/input.ts';
import { cleanName } from '../../models/input-names.ts';
import { type Action, json } from './call.ts';
import { accountOf } from './input-door.ts';

/** What `input/list`, `input/get_inputs` and `input/get` show. An empty household is an empty list everywhere. */
export function inputListActions(inputs: Pick<InputModel, 'list'>) {
  const list: Action = (call) => json(inputs.list(accountOf(call)).map(listShape));

  const getInputs: Action = (call) =>
    json(byNode(inputs.list(accountOf(call)), ({ id, processList }) => ({ id: String(id), processList })));

  const get: Action = (call) => {
    const nodes = byNode(inputs.list(accountOf(call)), valueShape);
    const node = call.tail[0] ?? call.query.node;
    const name = call.tail[1] ?? call.query.name;
    if (node === undefined) return json(nodes);
    const found = Array.isArray(nodes) ? undefined : nodes[cleanName(node)];
    if (!found) return json('Node does not exist');
    if (name === undefined) return json(found);
    return json(found[cleanName(name)] ?? 'Node variable does not exist');
  };
  return { list, getInputs, get };
}

function listShape({ id, node, name, description, processList, time, value }: Input) {
  return { id: String(id), nodeid: node, name, description, processList, time, value };
}

function valueShape({ time, value, processList }: Input) {
  return { time, value, processList };
}

/** Inputs by node, then name. Nodes and names that look like numbers stay names: an object, never a list. */
function byNode<T>(inputs: readonly Input[], shape: (input: Input) => T): Record<string, Record<string, T>> | [] {
  if (inputs.length === 0) return [];
  const nodes: Record<string, Record<string, T>> = Object.create(null);
  for (const input of inputs) {
    nodes[input.node] ??= Object.create(null) as Record<string, T>;
    (nodes[input.node] as Record<string, T>)[input.name] = shape(input);
  }
  return nodes;
}
