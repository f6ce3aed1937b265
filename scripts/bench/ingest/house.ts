export interface BenchHouse {
  readonly username: string;
  readonly key: string;
}

export interface HouseWish {
  /** The account's, with something behind it that makes it one of its own. */
  readonly name?: string;
  /** The feeds' interval; 10 s. */
  readonly interval?: (node: string) => number;
  /** What a node says first, as JSON: each of its values becomes an input with a feed. */
  readonly reading?: (node: string) => string;
}

/** Registers an account on the hub and gives each bench input a feed that it is logged to. */
export async function makeHouse(
  http: string,
  nodes: readonly string[],
  { name = 'bench', ...wish }: HouseWish = {},
): Promise<BenchHouse> {
  const username = `${name}${process.pid}`;
  const form = { username, password: 'a bench of its own', email: 'bench@example.org', timezone: 'UTC' };
  const made = await call(`${http}/user/register.json`, form);
  const key = String(made.apikey_write ?? '');
  if (key === '') throw new Error(`the hub registered nobody: ${JSON.stringify(made)}`);
  await recordNodes(http, key, nodes, wish);
  return { username, key };
}

/** Makes the nodes' inputs on a hub or an EmonCMS and logs each to a feed of its own; returns the feeds. */
export async function recordNodes(
  http: string,
  key: string,
  nodes: readonly string[],
  { interval = () => 10, reading = () => '{"power":1}' }: Omit<HouseWish, 'name'> = {},
): Promise<number[]> {
  for (const node of nodes)
    await fetchText(`${http}/input/post?apikey=${key}&node=${node}&fulljson=${encodeURIComponent(reading(node))}`);
  const inputs = (await call(`${http}/input/list.json?apikey=${key}`)) as unknown as InputRow[];
  const feeds: number[] = [];
  for (const { id, nodeid, name } of inputs.filter((input) => nodes.includes(input.nodeid))) {
    const feed = await createFeed(http, key, { tag: nodeid, name, interval: interval(nodeid) });
    const processlist = JSON.stringify([{ fn: 'process__log_to_feed', args: [feed] }]);
    const set = await call(`${http}/input/process/set.json?apikey=${key}&inputid=${id}`, { processlist });
    if (set.success !== true) throw new Error(`no process list was taken: ${JSON.stringify(set)}`);
    feeds.push(feed);
  }
  return feeds;
}

export async function createFeed(
  http: string,
  key: string,
  { tag, name, interval }: { tag: string; name: string; interval: number },
): Promise<number> {
  const options = encodeURIComponent(`{"interval":${interval}}`);
  const made = await call(`${http}/feed/create.json?apikey=${key}&tag=${tag}&name=${name}&engine=5&options=${options}`);
  if (typeof made.feedid !== 'number') throw new Error(`no feed was made: ${JSON.stringify(made)}`);
  return made.feedid;
}

interface InputRow {
  readonly id: string;
  readonly nodeid: string;
  readonly name: string;
}

/** What an EmonCMS address answers, as JSON. */
export async function call(url: string, form?: Record<string, string>): Promise<Record<string, unknown>> {
  return JSON.parse(await fetchText(url, form)) as Record<string, unknown>;
}

async function fetchText(url: string, form?: Record<string, string>): Promise<string> {
  const response = await fetch(url, form ? { method: 'POST', body: new URLSearchParams(form) } : {});
  return await response.text();
}
