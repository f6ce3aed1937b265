import { HubError } from '../../lib/errors.ts';
import { usage, wishOf } from './isdl/wish.ts';

// npm run import-isdl -- --devices devices.json: takes the devices of IntelligentSocketDatalogger over into the hub of HEARTH_STORAGE,
// which must not be running.
try {
  const wish = wishOf(process.argv.slice(2));
  if (wish === null) process.stdout.write(usage);
  else await (await import('./isdl/run.ts')).run(wish, process.env, (text) => void process.stdout.write(text));
  process.exit(0);
} catch (error) {
  process.stderr.write(`\n${error instanceof HubError ? error.sentence : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}
