import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { SeriesHealth } from '../models/timeseries/series.ts';

/** What `/metrics` shows, in Prometheus's text format. */
export interface Metrics {
  readonly registry: Registry;
  readonly readings: Counter<'door'>;
  readonly refusals: Counter<'door' | 'reason'>;
  readonly requests: Histogram<'door' | 'status'>;
}

export interface Gauges {
  series(): SeriesHealth;
  mqttClients(): number;
  storeUp(store: 'mysql' | 'redis'): boolean;
}

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];

  gauge('hearth_journal_bytes', 'Bytes in the journal', () => gauges.series().journalBytes);
  gauge('hearth_points_waiting', 'Points in memory that wait for their block', () => gauges.series().pendingPoints);
  gauge('hearth_storage_degraded', '1 while readings cannot be stored', () => (gauges.series().degraded ? 1 : 0));
  gauge('hearth_mqtt_clients', 'Clients connected to the broker', () => gauges.mqttClients());
  gauge('hearth_mysql_up', '1 while MySQL answers', () => (gauges.storeUp('mysql') ? 1 : 0));
  gauge('hearth_redis_up', '1 while Redis answers', () => (gauges.storeUp('redis') ? 1 : 0));

  return {
    registry,
    readings: new Counter({
      name: 'hearth_readings_total',
      help: 'Readings acknowledged',
      labelNames: ['door'],
      registers,
    }),
    refusals: new Counter({
      name: 'hearth_refusals_total',
      help: 'Packets and requests refused',
      labelNames: ['door', 'reason'],
      registers,
    }),
    requests: new Histogram({
      name: 'hearth_http_seconds',
      help: 'Time to answer HTTP requests',
      labelNames: ['door', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
  };

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

/** `GET /metrics`. */
export function metricsPage({ registry }: Metrics): RequestHandler {
  return async (_req, res) => {
    res.type(registry.contentType).send(await registry.metrics());
  };
}
