import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { problemOf } from '../../controllers/api/plan.ts';
import { HubError } from '../../lib/errors.ts';
import { projectRoot } from '../../lib/project-root.ts';
import { isLanguage, loadLocales } from '../../views/locale.ts';
import { explain } from './plan/lines.ts';

const HELP = `Plans a request as POST /api/v1/plan would, and says why.

npm run explain -- --file request.json [options]
  --file <path>   the request; - is standard input
  --lang <tag>    en, cy or de (default en)
  --zone <name>   the time zone times are told in (default: the machine's)
`;

const { values: args } = parseArgs({
  options: {
    file: { type: 'string' },
    lang: { type: 'string', default: 'en' },
    zone: { type: 'string', default: Intl.DateTimeFormat().resolvedOptions().timeZone },
    help: { type: 'boolean', short: 'h' },
  },
});

if (args.help || args.file === undefined) {
  process.stdout.write(HELP);
  process.exitCode = args.help ? 0 : 2;
} else process.exitCode = main(args.file);

function main(file: string): number {
  try {
    const problem = problemOf(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
    const language = isLanguage(args.lang) ? args.lang : 'en';
    const locales = loadLocales(join(projectRoot, 'views/locales'));
    const { lines, planned } = explain(problem, { language, locale: locales[language], zone: args.zone });
    process.stdout.write(`${lines.join('\n')}\n`);
    return planned ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof HubError ? error.sentence : (error as Error).message}\n`);
    return 2;
  }
}
