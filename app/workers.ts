import { Advice } from '../models/advice/advice.ts';
import { CarbonRecorder } from '../models/cost/carbon-recorder.ts';
import type { Fetch } from '../models/forecast/ask-source.ts';
import type { Series } from '../models/timeseries/series.ts';
import type { Broker } from './broker.ts';
import type { Models } from './models.ts';
import type { Publish } from './record-models.ts';
import { Advisor } from './services/advisor.ts';
import { Flusher } from './services/flusher.ts';
import { ForecastFetcher } from './services/forecast-fetcher.ts';
import { Forwarding } from './services/forwarder.ts';
import { PlanRunner } from './services/plan-runner.ts';
import { Poller } from './services/poller.ts';
import { Reporter } from './services/reporter.ts';
import type { Service } from './services/service.ts';
import { ShaperStatus } from './services/shaper-status.ts';
import type { StoresDeps } from './stores.ts';

export interface KeepersDeps extends StoresDeps {
  readonly models: Models;
  readonly series: Series;
}

/** What takes care of readings from the first one on, so it runs before a door is open. */
export function keepers({ models: { forwarder }, series, config, clock, log }: KeepersDeps): Service[] {
  const flusher = new Flusher({ series, clock, log, fsyncSeconds: config.fsyncSeconds });
  return forwarder ? [flusher, new Forwarding({ forwarder, clock, log })] : [flusher];
}

export interface WorkersDeps extends KeepersDeps {
  readonly broker: Broker;
  readonly publish: Publish;
  readonly fetchOutside: Fetch;
}

/** What the hub does by itself, in the order in which it begins. */
export function workers({ models, series, broker, publish, fetchOutside, clock, log }: WorkersDeps): Service[] {
  const { deviceHealth: health, deviceFeeds: feeds, planSettings: settings, forecasts } = models;
  return [
    new Poller({ ...models, health, feeds, clock, log }),
    new PlanRunner({ ...models, settings, clock, log }),
    new ShaperStatus({ ...models, publish, clock }),
    new Advisor({
      ...models,
      advice: new Advice({ ...models, clock }),
      publish: async (account, topic, payload) => await broker.publish(account, topic, payload, { retain: true }),
      ...{ clock, log },
    }),
    new ForecastFetcher({ forecasts, fetch: fetchOutside, clock, log }),
    new Reporter({ ...models, carbon: new CarbonRecorder({ ...models, series, clock }), clock, log }),
  ];
}
