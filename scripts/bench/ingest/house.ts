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
  { interval = () => 10, reading = () => '{"power":1}', name: account = 'bench' }: HouseWish = {},
): Promise<BenchHouse> {
  const username = `${account}${process.pid}`;
  const form = { username, password: 'a bench of its own', email: 'bench@example.org', timezone: 'UTC' };
  const made = await call(`${http}/user/register.json`, form);
  const key = String(made.apikey_write ?? '');
  if (key === '') throw new Error(`the hub registered nobody: ${JSON.stringify(made)}`);
  for (const node of nodes)
    await fetchText(`${http}/input/post?apikey=${key}&node=${node}&fulljson=${encodeURIComponent(reading(node))}`);
  const inputs = (await call(`${http}/input/list.json?apikey=${key}`)) as unknown as {
    id: string;
    nodeid: string;
    name: string;
  }[];
  for (const { id, nodeid, name } of inputs) {
    const options = encodeURIComponent(`{"interval":${interval(nodeid)}}`);
    const feed = await call(
      `${http}/feed/create.json?apikey=${key}&tag=${nodeid}&name=${name}&engine=5&options=${options}`,
    );
    const processlist = JSON.stringify([{ fn: 'process__log_to_feed', args: [Number(feed.feedid)] }]);
    const set = await call(`${http}/input/process/set.json?apikey=${key}&inputid=${id}`, { processlist });
    if (set.success !== true) throw new Error(`the hub took no process list: ${JSON.stringify(set)}`);
  }
  return { username, key };
}

async function call(url: string, form?: Record<string, string>): Promise<Record<string, unknown>> {
  return JSON.parse(await fetchText(url, form)) as Record<string, unknown>;
}

async function fetchText(url: string, form?: Record<string, string>): Promise<string> {
  const response = await fetch(url, form ? { method: 'POST', body: new URLSearchParams(form) } : {});
  return await response.text();
}
