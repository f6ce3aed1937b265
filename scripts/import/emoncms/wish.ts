import { parseArgs } from 'node:util';
import { HubError } from '../../../lib/errors.ts';

export interface CommandWish {
  readonly from:
    | {
        readonly kind: 'folder';
        readonly folder: string;
        readonly records: string | null;
        readonly dump: string | null;
      }
    | { readonly kind: 'archive'; readonly path: string }
    | { readonly kind: 'url'; readonly url: string; readonly key: string };
  readonly account: string | null;
  readonly user: string | null;
  readonly keys: boolean;
  readonly dryRun: boolean;
}

export const usage = `Takes an EmonCMS over into Hearth. Stop Hearth first.

  npm run import-emoncms -- --backup emoncms-backup.tar.gz
  npm run import-emoncms -- --dir /var/opt/emoncms/phpfina [--phptimeseries FOLDER] [--sql dump.sql]
  npm run import-emoncms -- --url http://emonpi --apikey WRITE_KEY     (or EMONCMS_API_KEY in the environment)

  --account NAME   everything goes into the household of NAME, which Hearth has already
  --user NAME      takes only what belongs to this user of EmonCMS
  --keys           with --account: the household takes EmonCMS's API keys in place of its own
  --dry-run        only says what would be taken and what not

Killed at any moment it can be run again and goes on. docs/import.md tells more.
`;

/** What the command line asks for; null: to be told what there is. Throws HUB_IMPORT where it makes no sense. */
export function wishOf(args: readonly string[], env: NodeJS.ProcessEnv): CommandWish | null {
  const values = parse(args);
  const sources = [values.dir, values.backup, values.url].filter((value) => value !== undefined);
  if (values.help || args.length === 0) return null;
  if (sources.length !== 1) throw refusal('Name one of --dir, --backup and --url.');
  if (values.dir === undefined && (values.phptimeseries || values.sql))
    throw refusal('--phptimeseries and --sql go with --dir.');
  if (values.keys && !values.account && values.url === undefined) throw refusal('--keys goes with --account.');
  return {
    from: sourceOf(values, env),
    account: values.account ?? null,
    user: values.user ?? null,
    keys: values.keys ?? false,
    dryRun: values['dry-run'] ?? false,
  };
}

function sourceOf(values: ReturnType<typeof parse>, env: NodeJS.ProcessEnv): CommandWish['from'] {
  const { dir, backup, url = '' } = values;
  if (dir !== undefined) {
    return { kind: 'folder', folder: dir, records: values.phptimeseries ?? null, dump: values.sql ?? null };
  }
  if (backup !== undefined) return { kind: 'archive', path: backup };
  const key = (values.apikey ?? env.EMONCMS_API_KEY ?? '').toLowerCase();
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw refusal(`"${url}" is no address such as http://emonpi/emoncms.`);
  if (!/^[0-9a-f]{32}$/.test(key)) throw refusal('--url needs EmonCMS’s write key, 32 characters long, as --apikey.');
  return { kind: 'url', url, key };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        dir: text,
        phptimeseries: text,
        sql: text,
        backup: text,
        url: text,
        apikey: text,
        account: text,
        user: text,
        keys: flag,
        'dry-run': flag,
        help: flag,
      },
    }).values;
  } catch (cause) {
    throw refusal(`${(cause as Error).message}\n\n${usage}`);
  }
}

function refusal(sentence: string): HubError {
  return new HubError('HUB_IMPORT', { sentence });
}
