import { HubError } from '../../lib/errors.ts';
import { type Note, notTaken } from './note.ts';
import { Numbers } from './numbers.ts';
import type { HubState, Plan, ScheduleRow, Wish } from './plan.ts';
import { planDevices } from './plan-devices.ts';
import { planFeeds } from './plan-feeds.ts';
import { planInputs } from './plan-inputs.ts';
import { type People, planPeople } from './plan-people.ts';
import { rewriteList } from './process-references.ts';
import type { Survey } from './source.ts';

/** What an import of `survey` into `hub` comes to. Throws HUB_IMPORT where it cannot be told whose things are whose. */
export function makePlan(survey: Survey, hub: HubState, wish: Wish): Plan {
  const { contents } = survey;
  const people = planPeople(contents.users, hub, wish);
  const feeds = planFeeds(survey, hub, people, wish.now);
  const inputs = planInputs(contents.inputs, hub, people);
  const schedules = planSchedules(survey, hub, people);
  const devices = planDevices(contents.devices, hub, people);
  const references = { inputs: inputs.numbers, feeds: feeds.numbers, schedules: schedules.numbers };
  const notes: Note[] = [...people.notes, ...inputs.notes, ...feeds.notes, ...devices.notes, ...leftOvers(survey)];
  const rewritten = (what: string, list: string) => {
    const { list: own, notes: said } = rewriteList(what, list, references);
    notes.push(...said);
    return own;
  };
  return {
    users: people.users,
    keys: people.keys,
    inputs: inputs.rows.map((row) => ({
      ...row,
      process_list: rewritten(`input ${row.node}/${row.name}`, row.process_list ?? ''),
    })),
    completed: inputs.completed.map((one) => ({ ...one, process_list: rewritten(one.what, one.process_list) })),
    feeds: feeds.rows.map((row) => ({ ...row, process_list: rewritten(`feed ${row.name}`, row.process_list ?? '') })),
    files: feeds.files,
    schedules: schedules.rows,
    devices: devices.rows,
    notes,
  };
}

function planSchedules({ contents }: Survey, hub: HubState, people: People) {
  const { schedules } = contents;
  const numbers = new Numbers(
    hub.schedules.map(({ id }) => id),
    schedules.map(({ id }) => id),
  );
  const rows: ScheduleRow[] = [];
  for (const { id, user, name, expression, public: open } of schedules) {
    const account = people.accountOf(user);
    if (account === undefined) continue;
    rows.push({ id: numbers.give(id), account, name: name.slice(0, 64), expression, public: open ? 1 : 0 });
  }
  return { rows, numbers };
}

function leftOvers({ contents, strange }: Survey): Note[] {
  return [
    ...[...contents.others].map(([table, count]) =>
      notTaken(`${count} rows of ${table}`, 'Hearth has its own pages for that'),
    ),
    ...strange.map(({ file, why }) => notTaken(file, why)),
  ];
}

/** Which household a sentence of the owner's means. Throws HUB_IMPORT where that is none or several. */
export function chooseAccount(hub: HubState, name: string | null, needed: boolean): number | null {
  if (name !== null) {
    const found = hub.users.find((user) => user.username.toLowerCase() === name.toLowerCase());
    if (found) return found.account;
    const names = hub.users.map(({ username }) => username).join(', ');
    const sentence = names
      ? `There is no account "${name}"; there is ${names}.`
      : `There is no account "${name}", nor any other yet.`;
    throw new HubError('HUB_IMPORT', { sentence });
  }
  if (!needed) return null;
  const accounts = [...new Set(hub.users.map(({ account }) => account))];
  if (accounts.length === 1) return accounts[0]!;
  const sentence =
    accounts.length === 0
      ? 'This source does not say who its people are and the hub has no household yet: start Hearth, set up a household, stop it and run this again.'
      : 'This source does not say who its people are: name the household it belongs to with --account NAME.';
  throw new HubError('HUB_IMPORT', { sentence });
}
