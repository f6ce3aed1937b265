import { notAcceptable, text } from './call.ts';
import type { EmoncmsAction } from './feed.ts';

/** `llms.txt` and `llms-full.txt`: what programs that read before they ask should know of the interface. */
export function llmsActions(actions: readonly Pick<EmoncmsAction, 'path' | 'who'>[]): EmoncmsAction[] {
  const full = [ABOUT, '## Actions', '', ...actions.map(({ path, who }) => `- ${path} (${RIGHTS[who]})`), ''].join(
    '\n',
  );
  const file = (path: string, body: string): EmoncmsAction => ({
    path,
    who: 'anyone',
    refusal: notAcceptable('html'),
    to: ({ format }) => (format === 'txt' ? text(body) : notAcceptable(format)),
  });
  return [file('llms', ABOUT), file('llms-full', full)];
}

const RIGHTS = { anyone: 'anyone; private things need a key', read: 'read key', write: 'write key' } as const;

const ABOUT = `# Hearth

> A home energy hub that answers EmonCMS's HTTP interface, below / and below /emoncms/.

- Send a key as \`apikey\` in the query or form, or as \`Authorization: Bearer <key>\`. The read key looks, the write key changes.
- Addresses end in .json. Numbers are in the unit of the feed, times in Unix seconds unless said otherwise.
- Post readings: /input/post?node=NODE&fulljson={"power":230}&apikey=WRITE answers {"success": true}.
- Look at feeds: /feed/list.json?apikey=READ; their data: /feed/data.json?id=ID&start=S&end=E&interval=SECONDS.
- Intervals may be daily, weekly, monthly or annual in the household's time zone; average=1 and delta=1 do what they say.

More: /llms-full.txt lists every action; the documents in docs/ describe differences from EmonCMS, MQTT and Influx.
`;
