import { feedAnswer, feedPath, windowsAnswer, windowsQuery } from '../controllers/api/feeds.ts';
import { inputAnswer } from '../controllers/api/inputs.ts';
import { openapiController } from '../controllers/api/openapi.ts';
import { planAnswer, planBody, planQuery } from '../controllers/api/plan.ts';
import { adviceRows } from './advice-routes.ts';
import type { TopicRoute } from './broker/topics.ts';
import type { Controllers } from './controllers.ts';
import { costRows } from './cost-routes.ts';
import { deviceRows, iotoadRows } from './device-routes.ts';
import type { EmoncmsRoute } from './emoncms-door.ts';
import { forecastRows } from './forecast-routes.ts';
import { api, type HttpRoute, plain } from './http-route.ts';
import { inboxRows } from './inbox-routes.ts';
import { pageRows } from './page-routes.ts';
import { pairingRows } from './pairing-routes.ts';
import { planRows } from './plan-routes.ts';
import { pluginRows } from './plugin-routes.ts';
import { scheduleRows } from './schedule-routes.ts';

export interface MqttRoute extends TopicRoute {
  readonly door: 'mqtt';
}

export type Route = HttpRoute | EmoncmsRoute | MqttRoute;

/**
 * Every HTTP route and MQTT topic of the hub with who may use it. What has no row does not exist. The rows of EmonCMS's
 * modules stand with their controllers, because each also says what a refused caller hears.
 */
export function routes(c: Controllers): Route[] {
  const rows = table(c);
  const described = rows.flatMap((row) => ('notes' in row && row.notes ? [{ ...row, notes: row.notes }] : []));
  return [...rows, plain('/api/v1/openapi.json', 'anyone', openapiController(described).show)];
}

function table(c: Controllers): Route[] {
  return [
    plain('/healthz', 'anyone', c.health.alive),
    plain('/readyz', 'anyone', c.health.ready),
    plain('/metrics', 'read', c.metrics),
    plain('/live', 'read', c.live.stream),
    plain('/ca.crt', 'anyone', c.authority.show),

    ...pageRows(c),

    ...recordApiRows(c),
    ...adviceRows(c.adviceApi),
    ...costRows(c.costsApi, c.reportsApi),
    ...forecastRows(c.forecastsApi),
    ...planRows(c.plansApi),
    ...scheduleRows(c.schedulesApi),
    ...pluginRows(c),
    ...deviceRows(c.devicesApi),
    ...iotoadRows(c.iotoadApi),
    ...inboxRows(c.inboxApi),
    ...pairingRows(c),

    ...c.emoncms.map((action): EmoncmsRoute => ({ door: 'emoncms', ...action })),

    ...mqttRows(c),
  ];
}

function recordApiRows(c: Controllers): HttpRoute[] {
  return [
    api('get', '/api/v1/feeds', 'read', c.feedsApi.list, {
      summary: 'The household’s feeds with their newest values',
      answer: feedAnswer.array(),
    }),
    api('get', '/api/v1/feeds/:id', 'read', c.feedsApi.show, {
      summary: 'One feed',
      params: feedPath,
      answer: feedAnswer,
    }),
    api('get', '/api/v1/feeds/:id/windows', 'read', c.feedsApi.windows, {
      summary: 'A feed from start to end in equal windows: lowest, highest and mean value',
      params: feedPath,
      query: windowsQuery,
      answer: windowsAnswer,
    }),
    api('get', '/api/v1/inputs', 'read', c.inputsApi.list, {
      summary: 'What reports to the household, with its newest values',
      answer: inputAnswer.array(),
    }),
    api('post', '/api/v1/plan', 'read', c.planApi.make, {
      summary: 'The best time to run a device, without saving anything',
      query: planQuery,
      body: planBody,
      answer: planAnswer,
    }),
  ];
}

function mqttRows(c: Controllers): MqttRoute[] {
  return [
    { door: 'mqtt', path: 'emon/advice/#', who: 'read', to: () => undefined, told: true },
    { door: 'mqtt', path: 'emon/shaper/+', who: 'write', to: c.shaper },
    { door: 'mqtt', path: 'emon/#', who: 'write', to: c.reading },
    ...IOTOAD_TOPICS.map((path): MqttRoute => ({ door: 'mqtt', path, who: 'write', to: c.iotoad })),
    ...DEVICE_TOPICS.map((path): MqttRoute => ({ door: 'mqtt', path, who: 'write', to: c.device })),
    // a relay may be on whatever topics somebody wrote down for it, and on no others
    { door: 'mqtt', path: '#', who: 'write', to: c.device, only: c.deviceHas },
  ];
}

/** Where commands, questions, their answers and the readings of other components travel. */
const IOTOAD_TOPICS = ['command/#', 'query/#', 'data/#', 'responses/#'];

/** Where the families of devices speak and listen: Tasmota, both kinds of Shelly, OpenEVSE, zigbee2mqtt, meter operators, CADs. */
const DEVICE_TOPICS = [
  ...['tasmota/#', 'tele/#', 'stat/#', 'cmnd/#'],
  ...['shellies/#', '+/online', '+/events/rpc', '+/rpc', '+/status/#', '+/command/#'],
  ...['openevse/#', 'zigbee2mqtt/#', 'relays/#'],
  ...['mtr/#', 'cfg/#', 'resp/#', 'openenergy/#'],
];
