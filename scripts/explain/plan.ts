import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { problemOf } from '../../controllers/api/plan.ts';
import { HubError } from '../../lib/errors.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { isLanguage, loadLocales } from '../../views/locale.ts';
import { askHub } from './plan/ask-hub.ts';
import { explain } from './plan/lines.ts';

const HELP = `Says why: of a request to POST /api/v1/plan what would be planned, of a hub's device why it is on or off.

npm run explain -- --file request.json [options]
npm run explain -- --device 3 [options]
  --file <path>   the request; - is standard input
  --device <id>   a device of the hub
  --hub <url>     where the hub is (default http://hearth.local)
  --at <time>     the moment, such as 2026-01-06T02:30 (the machine's clock) or Unix seconds (default: now)
  --key <key>     a read key of the household (default: HEARTH_KEY)
  --lang <tag>    en, cy or de (default en)
  --zone <name>   the time zone times are told in (default: the machine's)
`;

const { values: args } = parseArgs({
  options: {
    file: { type: 'string' },
    device: { type: 'string' },
    hub: { type: 'string', default: 'http://hearth.local' },
    at: { type: 'string' },
    key: { type: 'string', default: process.env.HEARTH_KEY ?? '' },
    lang: { type: 'string', default: 'en' },
    zone: { type: 'string', default: Intl.DateTimeFormat().resolvedOptions().timeZone },
    help: { type: 'boolean', short: 'h' },
  },
});
const language = isLanguage(args.lang) ? args.lang : 'en';

if (args.help || (args.file ?? args.device) === undefined) {
  process.stdout.write(HELP);
  process.exitCode = args.help ? 0 : 2;
} else process.exitCode = args.file === undefined ? await ofDevice(Number(args.device)) : ofFile(args.file);

function ofFile(file: string): number {
  try {
    const problem = problemOf(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
    const locales = loadLocales(join(projectRoot, 'views/locales'));
    const { lines, planned } = explain(problem, { language, locale: locales[language], zone: args.zone });
    process.stdout.write(`${lines.join('\n')}\n`);
    return planned ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof HubError ? error.sentence : (error as Error).message}\n`);
    return 2;
  }
}

async function ofDevice(device: number): Promise<number> {
  const { hub, key, zone } = args;
  try {
    const lines = await askHub({ hub, device, at: momentOf(args.at), key, language, zone });
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
}

function momentOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000;
  if (!Number.isFinite(seconds)) throw new Error(`"${text}" is no moment`);
  return Math.floor(seconds);
}
