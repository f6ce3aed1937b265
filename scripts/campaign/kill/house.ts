import { EmoncmsClient } from './emoncms.ts';
import { INTERVAL, type Node } from './ledger.ts';

export interface House {
  readonly username: string;
  readonly key: string;
  readonly nodes: readonly Node[];
}

const INPUTS = Array.from({ length: 10 }, (_, index) => `v${index}`);
const DOORS: Readonly<Record<Node['door'], number>> = { mqtt: 5, post: 3, bulk: 2 };

/** The account's own. */
export const PASSWORD = 'campaign of many ends';

/** An account with 10 nodes of 10 inputs, each logged to a feed of its own: 100 feeds. */
export async function makeHouse(http: string): Promise<House> {
  const username = 'campaign';
  const form = { username, password: PASSWORD, email: 'campaign@example.org', timezone: 'UTC' };
  const stranger = new EmoncmsClient(http, '');
  const { apikey_write: key = '' } = (await stranger.json('/user/register.json', {}, form)) as {
    apikey_write?: string;
  };
  stranger.close();
  if (key === '') throw new Error('the hub registered nobody');
  const client = new EmoncmsClient(http, key);
  const nodes: Node[] = [];
  for (const [door, count] of Object.entries(DOORS) as [Node['door'], number][])
    for (let index = 0; index < count; index += 1) nodes.push(await makeNode(client, door, `${door}${index}`));
  client.close();
  return { username, key, nodes };
}

/** Its inputs are made by a reading that no feed gets. */
async function makeNode(client: EmoncmsClient, door: Node['door'], name: string): Promise<Node> {
  const first = Object.fromEntries(INPUTS.map((input) => [input, 0]));
  await client.post('/input/post', { node: name, fulljson: JSON.stringify(first) });
  const inputs = (await client.json('/input/list.json')) as { id: string; nodeid: string; name: string }[];
  const feeds: number[] = [];
  for (const input of INPUTS) {
    const feed = (await client.json('/feed/create.json', {
      tag: name,
      name: input,
      engine: '5',
      options: JSON.stringify({ interval: INTERVAL }),
    })) as { feedid: number };
    const inputid = inputs.find((one) => one.nodeid === name && one.name === input)?.id ?? '';
    const processlist = JSON.stringify([{ fn: 'process__log_to_feed', args: [feed.feedid] }]);
    const set = (await client.json('/input/process/set.json', { inputid }, { processlist })) as {
      success: boolean;
    };
    if (!set.success) throw new Error(`the hub took no process list for ${name} ${input}`);
    feeds.push(feed.feedid);
  }
  return { name, door, inputs: INPUTS, feeds };
}
