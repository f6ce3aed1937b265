import { tryPlugin, usage, wishOf } from './test/try.ts';

// npm run device-test <plugin> -- --address <ip>: reads or switches one device with a plug-in, without a hub.
const wish = wishOf(process.argv.slice(2));
if (wish === null) process.stdout.write(usage);
else process.exitCode = await tryPlugin(wish, (line) => void process.stdout.write(`${line}\n`));
process.exit();
