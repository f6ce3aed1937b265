import { HubError } from '../../lib/errors.ts';
import { usage, wishOf } from './emoncms/wish.ts';

// npm run import-emoncms -- …: takes an EmonCMS over into the hub of HEARTH_STORAGE, which must not be running.
try {
  const wish = wishOf(process.argv.slice(2), process.env);
  if (wish === null) process.stdout.write(usage);
  else await (await import('./emoncms/run.ts')).run(wish, process.env);
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error instanceof HubError ? error.sentence : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}
