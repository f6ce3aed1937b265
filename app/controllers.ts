import { adviceApi } from '../controllers/api/advice.ts';
import { costsApi } from '../controllers/api/costs.ts';
import { deviceTemplateApi } from '../controllers/api/device-template.ts';
import { devicesApi } from '../controllers/api/devices.ts';
import { feedsApi } from '../controllers/api/feeds.ts';
import { forecastsApi } from '../controllers/api/forecasts.ts';
import { inboxApi } from '../controllers/api/inbox.ts';
import { inputsApi } from '../controllers/api/inputs.ts';
import { iotoadApi } from '../controllers/api/iotoad.ts';
import { loginsApi } from '../controllers/api/logins.ts';
import { type Network, pairingApi } from '../controllers/api/pairing.ts';
import { planApi } from '../controllers/api/plan.ts';
import { plansApi } from '../controllers/api/plans.ts';
import { type PluginsApiDeps, pluginsApi } from '../controllers/api/plugins.ts';
import { reportsApi } from '../controllers/api/reports.ts';
import { schedulesApi } from '../controllers/api/schedules.ts';
import { authorityController } from '../controllers/ca.ts';
import { demandshaperActions } from '../controllers/emoncms/demandshaper.ts';
import { deviceActions } from '../controllers/emoncms/device.ts';
import { deviceAuthActions } from '../controllers/emoncms/device-auth.ts';
import { feedActions } from '../controllers/emoncms/feed.ts';
import { inputActions } from '../controllers/emoncms/input.ts';
import { llmsActions } from '../controllers/emoncms/llms.ts';
import { plumbingActions } from '../controllers/emoncms/plumbing.ts';
import { processActions } from '../controllers/emoncms/process.ts';
import { scheduleActions } from '../controllers/emoncms/schedule.ts';
import { emoncmsUser } from '../controllers/emoncms/user.ts';
import { telemetryActions } from '../controllers/esp32/post.ts';
import { healthController } from '../controllers/health.ts';
import { influxActions } from '../controllers/influx/write.ts';
import { liveController } from '../controllers/live.ts';
import { describeTopic } from '../controllers/mqtt/describe.ts';
import { deviceTopic } from '../controllers/mqtt/device.ts';
import { iotoadTopic } from '../controllers/mqtt/iotoad.ts';
import { readingTopic } from '../controllers/mqtt/reading.ts';
import { shaperTopic } from '../controllers/mqtt/shaper.ts';
import { accountPages } from '../controllers/pages/account.ts';
import { costPages } from '../controllers/pages/costs.ts';
import { devicePages } from '../controllers/pages/device.ts';
import { newDevicePages } from '../controllers/pages/device-new.ts';
import { devicesPages } from '../controllers/pages/devices.ts';
import { feedPages } from '../controllers/pages/feeds.ts';
import { forecastPages } from '../controllers/pages/forecast.ts';
import { forecastSourcePages } from '../controllers/pages/forecast-source.ts';
import { forgottenPages } from '../controllers/pages/forgotten.ts';
import { graphPages } from '../controllers/pages/graph.ts';
import { homePages } from '../controllers/pages/home.ts';
import { inputPages } from '../controllers/pages/inputs.ts';
import { joinPages } from '../controllers/pages/join.ts';
import { peoplePages } from '../controllers/pages/people.ts';
import { reportPages } from '../controllers/pages/reports.ts';
import { scheduleEditor } from '../controllers/pages/schedule.ts';
import { schedulePages } from '../controllers/pages/schedules.ts';
import { setUpPages } from '../controllers/pages/set-up.ts';
import { signInPages } from '../controllers/pages/sign-in.ts';
import { tariffPages } from '../controllers/pages/tariff.ts';
import { wizardPages } from '../controllers/pages/wizard.ts';
import { Advice } from '../models/advice/advice.ts';
import type { HubEvent } from '../models/events.ts';
import type { Fetch } from '../models/forecast/ask-source.ts';
import { SeenSeries } from '../models/seen-series.ts';
import type { Series } from '../models/timeseries/series.ts';
import type { TopicRoute } from './broker/topics.ts';
import type { HearingMqttPort } from './connections/device-mqtt.ts';
import { REFUSED } from './emoncms-door.ts';
import { type Metrics, metricsPage } from './metrics.ts';
import type { Models } from './models.ts';
import type { HubAddress } from './pairing-models.ts';
import type { Publish } from './record-models.ts';
import type { Discovery } from './services/discovery.ts';
import { stillMay } from './still-may.ts';
import type { Stores, StoresDeps } from './stores.ts';

export interface ControllersDeps extends StoresDeps, Models {
  readonly stores: Stores;
  readonly series: Series;
  readonly metrics: Metrics;
  readonly publish: Publish;
  /** The port the broker listens on; known once it does. */
  readonly mqttPort: () => number;
  readonly hub: () => HubAddress;
  /** The hub's own certificate authority, PEM. */
  readonly ca: () => string;
  readonly network: () => Network;
  readonly discovery: Discovery;
  /** Hears all that devices say: it may be the answer to a question. */
  readonly answered: HearingMqttPort['heard'];
  readonly plugins: PluginsApiDeps['plugins'];
  /** Asks servers outside of the house, and no other. */
  readonly fetchOutside: Fetch;
}

export type Controllers = ReturnType<typeof createControllers>;

/** Every controller with the models it calls. */
export function createControllers(deps: ControllersDeps) {
  const { clock, config, metrics, users } = deps;
  const timezone = config.timezone;
  const seen = new SeenSeries({ ...deps, find: (id) => deps.feeds.find(id) });
  const advice = new Advice(deps);
  const emoncms = [
    ...inputActions(deps),
    ...feedActions(deps),
    ...processActions(),
    ...scheduleActions(deps),
    ...deviceActions(deps),
    ...demandshaperActions(deps),
    ...deviceAuthActions(deps),
    { path: 'user/*', who: 'anyone', refusal: REFUSED, to: emoncmsUser(deps) },
    ...plumbingActions(clock, timezone),
    ...influxActions(deps),
    ...telemetryActions({
      ...deps,
      rules: { loopback: config.loopbackDevices },
      openTelemetry: config.openTelemetry,
    }),
  ] as const;
  const reading = readingTopic({
    ...deps,
    stored: (count) => metrics.readings.inc({ door: 'mqtt' }, count),
    refused: (reason) => metrics.refusals.inc({ door: 'mqtt', reason }),
  });
  const overheard = (...said: [account: number, topic: string, payload: Buffer]) => {
    deps.answered(...said);
    void deps.discovery.announced(...said);
  };
  const deviceTopics = { ...deps, topics: deps.deviceTopics, overheard };
  return {
    emoncms: [...emoncms, ...llmsActions(emoncms)],
    account: accountPages(deps),
    costPages: costPages(deps),
    reportPages: reportPages(deps),
    devicePages: devicePages({ ...deps, series: seen }),
    devicesPages: devicesPages({ ...deps, series: seen }),
    newDevice: newDevicePages(deps),
    tariffPages: tariffPages(deps),
    wizard: wizardPages({ ...deps, series: seen }),
    feeds: feedPages({ ...deps, series: seen }),
    forecastPages: forecastPages({ ...deps, advice }),
    forecastSources: forecastSourcePages(deps),
    forgotten: forgottenPages(deps),
    graph: graphPages({ ...deps, series: seen }),
    home: homePages({ ...deps, advice }),
    inputs: inputPages(deps),
    join: joinPages(deps),
    people: peoplePages(deps),
    scheduleEditor: scheduleEditor({ ...deps, series: seen }),
    schedulePages: schedulePages({ ...deps, series: seen }),
    setUp: setUpPages({ users, timezone }),
    signIn: signInPages(deps),
    live: liveController({
      ...deps,
      greetings: pairingGreeting(deps),
      stillMay: stillMay({ ...deps, ...deps.stores }),
    }),
    health: healthController({ ...deps, ...deps.stores }),
    metrics: metricsPage(metrics),
    adviceApi: adviceApi({ ...deps, advice }),
    costsApi: costsApi(deps),
    reportsApi: reportsApi(deps),
    schedulesApi: schedulesApi(deps),
    iotoadApi: iotoadApi(deps),
    devicesApi: devicesApi({ ...deps, series: seen }),
    feedsApi: feedsApi({ ...deps, series: seen }),
    forecastsApi: forecastsApi(deps),
    inboxApi: inboxApi(deps),
    inputsApi: inputsApi(deps),
    loginsApi: loginsApi(deps),
    pairingApi: pairingApi(deps),
    planApi: planApi({ clock }),
    plansApi: plansApi(deps),
    pluginsApi: pluginsApi(deps),
    deviceTemplateApi: deviceTemplateApi(deps),
    authority: authorityController(deps.ca),
    reading: describeTopic(deps, deviceTopic(deviceTopics, reading)),
    device: deviceTopic(deviceTopics),
    /** Whether a device of the household speaks or listens there. */
    deviceHas: (({ account }, filter) => deps.deviceTopics.has(account, filter)) satisfies TopicRoute['only'],
    shaper: shaperTopic(deps, describeTopic(deps, deviceTopic(deviceTopics, reading))),
    iotoad: iotoadTopic(deps),
  };
}

/** A page that opens while devices ask shows them at once. */
function pairingGreeting({ pairing }: Pick<Models, 'pairing'>) {
  return (account: number): HubEvent[] => {
    const state = pairing.state(account);
    const isIdle = !state.open && state.requests.length === 0;
    return isIdle ? [] : [{ name: 'pairing', data: state, deciders: true }];
  };
}
