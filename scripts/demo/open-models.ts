import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../app/config.ts';
import { deviceMqtt } from '../../app/connections/device-mqtt.ts';
import { createModels, type Models } from '../../app/models.ts';
import { connectStores } from '../../app/stores.ts';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { createLog } from '../../lib/log.ts';
import { type Random, systemRandom } from '../../lib/random.ts';
import { nodeFiles } from '../../models/timeseries/file.ts';
import { openSeries } from '../../models/timeseries/open.ts';
import type { Series } from '../../models/timeseries/series.ts';

/** Runs `work` on everything a hub knows, while none of its doors is open, and closes it again. */
export async function withModels<T>(
  config: Config,
  work: (models: Models, series: Series) => Promise<T>,
  { clock = systemClock, random = systemRandom }: { clock?: Clock; random?: Random } = {},
): Promise<T> {
  await mkdir(config.storage, { recursive: true });
  const undo: (() => unknown)[] = [];
  try {
    const log = createLog('warn');
    const series = await openSeries({
      ...{ folder: join(config.storage, 'feeds'), journal: join(config.storage, 'journal') },
      ...{ files: nodeFiles, clock, log },
    });
    undo.push(() => series.close());
    const stores = await connectStores({ config, log, clock: systemClock, random }, undo);
    const models = await createModels({
      ...{ config, log, clock, random, stores, series, marked: 0 },
      publish: () => undefined,
      mqtt: deviceMqtt(async () => undefined, clock),
      hub: () => ({ fingerprint: '', mqttPort: 0, mqttsPort: 0 }),
    });
    undo.push(() => models.pairing.stop());
    return await work(models, series);
  } finally {
    for (const step of undo.reverse()) await step();
  }
}
