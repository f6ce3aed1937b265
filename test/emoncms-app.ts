import express, { type Express } from 'express';
import { type EmoncmsRoute, emoncmsDoor } from '../app/emoncms-door.ts';
import { createMetrics } from '../app/metrics.ts';
import { createLog } from '../lib/log.ts';
import type { Series } from '../models/timeseries/series.ts';
import type { Who } from '../models/who.ts';

/** EmonCMS's door with these actions alone; `holderOf` says whose the key of a request is. */
export function emoncmsApp(
  actions: readonly Omit<EmoncmsRoute, 'door'>[],
  series: Pick<Series, 'health'>,
  holderOf: (key: string) => Who | null,
): Express {
  const app = express();
  app.use(
    emoncmsDoor({
      own: new Set(),
      routes: actions.map((action) => ({ door: 'emoncms', ...action })),
      log: createLog('silent'),
      metrics: createMetrics({ series: () => series.health(), mqttClients: () => 0, storeUp: () => true }),
      identify: async (_req, _res, { query }) => holderOf(query.apikey ?? ''),
      session: () => ({ userId: null, login: async () => undefined, logout: async () => undefined }),
    }),
  );
  return app;
}

/** Who holds which key: a household's two, and the write key of its neighbour. */
export function keyHolders(account: number, neighbour: number, timezone: string): Record<string, Who> {
  const key = { user: null, timezone } as const;
  return {
    read: { ...key, account, role: 'guest', by: 'read key' },
    write: { ...key, account, role: 'adult', by: 'write key' },
    neighbour: { ...key, account: neighbour, role: 'adult', by: 'write key' },
  };
}
