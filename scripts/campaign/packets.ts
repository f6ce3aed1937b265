import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endStores } from './hub-process.ts';
import { campaignOptions, tell } from './options.ts';
import { sendDamagedPackets } from './packets/campaign.ts';

const HELP = `Sends damaged MQTT packets to a hub while a house of a hundred feeds reports to it.

npm run campaign packets -- [options]
  --seed <N>      what chooses the packets and the damage (default 1)
  --packets <N>   damaged packets to send (default 10000000)
  --budget <T>    stops after this time, such as 90s or 15m (default 60m)
`;

const { seed, budgetMs, numbers } = campaignOptions(HELP, '60m', { packets: 10_000_000 });
const storage = mkdtempSync(join(tmpdir(), 'hearth-packets-'));
const leave = () => {
  endStores(storage);
  rmSync(storage, { recursive: true, force: true, maxRetries: 3 });
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    leave();
    process.exit(1);
  });
}
try {
  const result = await sendDamagedPackets({
    storage,
    seed,
    budgetMs,
    packets: numbers.packets ?? 0,
    progress: (sent) => process.stderr.write(`${sent} damaged packets\n`),
  });
  const [settled, most] = result.memory;
  process.exitCode = tell(
    result.problems,
    `seed ${seed}: ${result.mutated} damaged packets of ${result.sent} in ${result.visits} visits (${Math.round(result.perSecond)}/s); ` +
      `${result.points} points acknowledged meanwhile, none later than ${result.slowestMs} ms, memory ${settled} to ${most} MB, ${result.problems.length} problems`,
  );
} finally {
  leave();
}
