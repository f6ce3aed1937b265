import type { SourceInput } from './contents.ts';
import { changed, type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import type { HubState, InputRow } from './plan.ts';
import type { People } from './plan-people.ts';

export interface PlannedInputs {
  readonly rows: readonly InputRow[];
  readonly completed: readonly {
    readonly what: string;
    readonly id: number;
    readonly description: string;
    readonly process_list: string;
  }[];
  readonly numbers: Numbers;
  readonly notes: readonly Note[];
}

/** An input that the household has already stays, and gets the list and description it lacks. Lists are still EmonCMS's. */
export function planInputs(inputs: readonly SourceInput[], hub: HubState, people: People): PlannedInputs {
  const numbers = new Numbers(
    hub.inputs.map(({ id }) => id),
    inputs.map(({ id }) => id),
  );
  const there = new Map(hub.inputs.map((input) => [place(input), input]));
  const rows = new Map<string, InputRow>();
  const completed: { what: string; id: number; description: string; process_list: string }[] = [];
  const notes: Note[] = [];
  for (const { id, user, node, name, description, processList } of inputs) {
    const account = people.accountOf(user);
    const what = `input ${node}/${name}`;
    if (account === undefined) {
      // What people left behind who did not come over is not worth a line each.
      if (!people.knows(user)) notes.push(notTaken(what, 'it belongs to nobody in the dump'));
      continue;
    }
    if (name === '') {
      notes.push(notTaken(`input ${id} of node ${node}`, 'it has no name'));
      continue;
    }
    const key = place({ account, node, name });
    const existing = there.get(key);
    const twin = rows.get(key);
    if (existing) {
      numbers.point(id, existing.id);
      if (existing.process_list !== '' && processList !== '')
        notes.push(notTaken(`the process list of ${what}`, 'the household has one for it already'));
      else if (processList !== '')
        completed.push({
          what,
          id: existing.id,
          description: existing.description || description,
          process_list: processList,
        });
    } else if (twin) {
      numbers.point(id, twin.id);
      notes.push(changed(what, 'was there twice; the first one came over'));
    } else {
      rows.set(key, { id: numbers.give(id), account, node, name, description, process_list: processList });
    }
  }
  return { rows: [...rows.values()], completed, numbers, notes };
}

function place({ account, node, name }: { account: number; node: string; name: string }): string {
  return JSON.stringify([account, node, name]);
}
