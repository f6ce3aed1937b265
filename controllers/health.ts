import type { Request, Response } from 'express';
import type { SeriesHealth } from '../models/timeseries/series.ts';

export interface HealthDeps {
  series: { health(): SeriesHealth };
  mysql: { healthy(): boolean };
  redis: { healthy(): boolean };
}

/** `/healthz` says the process is alive; `/readyz` says of each store whether it does its part. */
export function healthController({ series, mysql, redis }: HealthDeps) {
  return {
    alive(_req: Request, res: Response): void {
      res.json({ status: 'ok' });
    },

    /** 200 while readings are stored, even with MySQL or Redis away; 503 while they are not. */
    ready(_req: Request, res: Response): void {
      const { degraded, damages } = series.health();
      const stores = {
        series: degraded === null ? 'ok' : 'degraded',
        mysql: mysql.healthy() ? 'ok' : 'away',
        redis: redis.healthy() ? 'ok' : 'away',
      };
      const whole = Object.values(stores).every((state) => state === 'ok');
      res.status(degraded === null ? 200 : 503);
      res.json({ status: whole ? 'ok' : 'degraded', stores, damagedFiles: damages.length });
    },
  };
}
