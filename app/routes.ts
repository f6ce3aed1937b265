import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { adviceApi } from '../controllers/api/advice.ts';
import type { costsApi } from '../controllers/api/costs.ts';
import {
  type deviceTemplateApi,
  templateAnswer,
  templateBody,
  templatePath,
} from '../controllers/api/device-template.ts';
import type { devicesApi } from '../controllers/api/devices.ts';
import { feedAnswer, feedPath, type feedsApi, windowsAnswer, windowsQuery } from '../controllers/api/feeds.ts';
import type { forecastsApi } from '../controllers/api/forecasts.ts';
import type { inboxApi } from '../controllers/api/inbox.ts';
import { inputAnswer, type inputsApi } from '../controllers/api/inputs.ts';
import type { iotoadApi } from '../controllers/api/iotoad.ts';
import {
  auditAnswer,
  credentialAnswer,
  loginAnswer,
  loginForm,
  loginPath,
  type loginsApi,
} from '../controllers/api/logins.ts';
import { type ApiNotes, openapiController } from '../controllers/api/openapi.ts';
import {
  askAnswer,
  denyForm,
  type pairingApi,
  pollAnswer,
  pollQuery,
  requestPath,
  stateAnswer,
  unblockForm,
  windowForm,
} from '../controllers/api/pairing.ts';
import { planAnswer, type planApi, planBody, planQuery } from '../controllers/api/plan.ts';
import type { plansApi } from '../controllers/api/plans.ts';
import { pluginAnswer, pluginDeviceAnswer, pluginDeviceBody, type pluginsApi } from '../controllers/api/plugins.ts';
import type { reportsApi } from '../controllers/api/reports.ts';
import type { schedulesApi } from '../controllers/api/schedules.ts';
import type { authorityController } from '../controllers/ca.ts';
import type { Action, Reply } from '../controllers/emoncms/call.ts';
import type { healthController } from '../controllers/health.ts';
import type { liveController } from '../controllers/live.ts';
import type { accountPages } from '../controllers/pages/account.ts';
import type { costPages } from '../controllers/pages/costs.ts';
import type { devicePages } from '../controllers/pages/device.ts';
import type { newDevicePages } from '../controllers/pages/device-new.ts';
import type { devicesPages } from '../controllers/pages/devices.ts';
import type { feedPages } from '../controllers/pages/feeds.ts';
import type { forecastPages } from '../controllers/pages/forecast.ts';
import type { forecastSourcePages } from '../controllers/pages/forecast-source.ts';
import type { forgottenPages } from '../controllers/pages/forgotten.ts';
import type { graphPages } from '../controllers/pages/graph.ts';
import type { homePages } from '../controllers/pages/home.ts';
import type { inputPages } from '../controllers/pages/inputs.ts';
import type { joinPages } from '../controllers/pages/join.ts';
import type { peoplePages } from '../controllers/pages/people.ts';
import type { reportPages } from '../controllers/pages/reports.ts';
import type { scheduleEditor } from '../controllers/pages/schedule.ts';
import type { schedulePages } from '../controllers/pages/schedules.ts';
import type { setUpPages } from '../controllers/pages/set-up.ts';
import type { signInPages } from '../controllers/pages/sign-in.ts';
import type { tariffPages } from '../controllers/pages/tariff.ts';
import type { wizardPages } from '../controllers/pages/wizard.ts';
import { askForm } from '../models/pairing/request.ts';
import { adviceRows } from './advice-routes.ts';
import type { MqttController, TopicRoute } from './broker/topics.ts';
import { costRows } from './cost-routes.ts';
import { deviceRows, iotoadRows } from './device-routes.ts';
import type { EmoncmsRoute } from './emoncms-door.ts';
import { forecastPageRows } from './forecast-page-routes.ts';
import { forecastRows } from './forecast-routes.ts';
import { inboxRows } from './inbox-routes.ts';
import type { Policy } from './middleware/policy.ts';
import { planRows } from './plan-routes.ts';
import { scheduleRows } from './schedule-routes.ts';

export interface HttpRoute {
  readonly door: 'page' | 'api' | 'plain';
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly who: Policy;
  readonly to: RequestHandler;
  /** On `api` rows: what the OpenAPI document says of it. */
  readonly notes?: ApiNotes;
}

export interface MqttRoute extends TopicRoute {
  readonly door: 'mqtt';
}

export type Route = HttpRoute | EmoncmsRoute | MqttRoute;

/** One action of an EmonCMS module, as its controller lists it. */
interface EmoncmsAction {
  readonly path: string;
  readonly who: Policy;
  readonly refusal: Reply;
  readonly to: Action;
}

export interface Controllers {
  readonly emoncms: readonly EmoncmsAction[];
  readonly account: ReturnType<typeof accountPages>;
  readonly costPages: ReturnType<typeof costPages>;
  readonly reportPages: ReturnType<typeof reportPages>;
  readonly devicePages: ReturnType<typeof devicePages>;
  readonly devicesPages: ReturnType<typeof devicesPages>;
  readonly newDevice: ReturnType<typeof newDevicePages>;
  readonly tariffPages: ReturnType<typeof tariffPages>;
  readonly wizard: ReturnType<typeof wizardPages>;
  readonly feeds: ReturnType<typeof feedPages>;
  readonly forecastPages: ReturnType<typeof forecastPages>;
  readonly forecastSources: ReturnType<typeof forecastSourcePages>;
  readonly forgotten: ReturnType<typeof forgottenPages>;
  readonly graph: ReturnType<typeof graphPages>;
  readonly home: ReturnType<typeof homePages>;
  readonly inputs: ReturnType<typeof inputPages>;
  readonly join: ReturnType<typeof joinPages>;
  readonly people: ReturnType<typeof peoplePages>;
  readonly scheduleEditor: ReturnType<typeof scheduleEditor>;
  readonly schedulePages: ReturnType<typeof schedulePages>;
  readonly setUp: ReturnType<typeof setUpPages>;
  readonly signIn: ReturnType<typeof signInPages>;
  readonly live: ReturnType<typeof liveController>;
  readonly health: ReturnType<typeof healthController>;
  readonly metrics: RequestHandler;
  readonly adviceApi: ReturnType<typeof adviceApi>;
  readonly costsApi: ReturnType<typeof costsApi>;
  readonly reportsApi: ReturnType<typeof reportsApi>;
  readonly schedulesApi: ReturnType<typeof schedulesApi>;
  readonly devicesApi: ReturnType<typeof devicesApi>;
  readonly iotoadApi: ReturnType<typeof iotoadApi>;
  readonly feedsApi: ReturnType<typeof feedsApi>;
  readonly forecastsApi: ReturnType<typeof forecastsApi>;
  readonly inboxApi: ReturnType<typeof inboxApi>;
  readonly inputsApi: ReturnType<typeof inputsApi>;
  readonly loginsApi: ReturnType<typeof loginsApi>;
  readonly pairingApi: ReturnType<typeof pairingApi>;
  readonly planApi: ReturnType<typeof planApi>;
  readonly plansApi: ReturnType<typeof plansApi>;
  readonly pluginsApi: ReturnType<typeof pluginsApi>;
  readonly deviceTemplateApi: ReturnType<typeof deviceTemplateApi>;
  readonly authority: ReturnType<typeof authorityController>;
  readonly reading: MqttController;
  readonly device: MqttController;
  /** Whether a device of the household speaks or listens there. */
  readonly deviceHas: NonNullable<TopicRoute['only']>;
  readonly shaper: MqttController;
  readonly iotoad: MqttController;
}

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

    page('get', '/', 'person', c.home.show),
    page('get', '/set-up', 'anyone', c.setUp.show),
    page('post', '/set-up', 'anyone', c.setUp.make),
    page('get', '/sign-in', 'anyone', c.signIn.show),
    page('post', '/sign-in', 'anyone', c.signIn.enter),
    page('post', '/sign-out', 'person', c.signIn.leave),
    page('get', '/forgotten', 'anyone', c.forgotten.show),
    page('post', '/forgotten', 'anyone', c.forgotten.ask),
    page('get', '/reset/:secret', 'anyone', c.forgotten.showReset),
    page('post', '/reset/:secret', 'anyone', c.forgotten.reset),
    page('get', '/join/:secret', 'anyone', c.join.show),
    page('post', '/join/:secret', 'anyone', c.join.accept),

    ...devicePageRows(c),
    ...schedulePageRows(c),
    ...forecastPageRows(c.forecastPages, c.forecastSources),
    page('get', '/graph', 'person', c.graph.show),
    page('get', '/costs', 'person', c.costPages.show),
    page('get', '/costs/csv', 'person', c.costPages.csv),
    page('get', '/reports', 'person', c.reportPages.list),
    page('post', '/reports', 'adult', c.reportPages.save),
    page('get', '/reports/:id', 'person', c.reportPages.show),
    page('get', '/reports/:id/text', 'person', c.reportPages.text),
    page('get', '/tariff', 'adult', c.tariffPages.show),
    page('post', '/tariff', 'adult', c.tariffPages.save),
    page('post', '/tariff/carbon', 'adult', c.tariffPages.carbon),
    page('post', '/tariff/remove', 'adult', c.tariffPages.remove),
    page('get', '/inputs', 'person', c.inputs.list),
    page('post', '/inputs/clean', 'adult', c.inputs.clean),
    page('get', '/inputs/:id', 'person', c.inputs.show),
    page('post', '/inputs/:id', 'adult', c.inputs.change),
    page('post', '/inputs/:id/steps', 'adult', c.inputs.add),
    page('post', '/inputs/:id/steps/edit', 'adult', c.inputs.edit),
    page('post', '/inputs/:id/delete', 'adult', c.inputs.remove),
    page('get', '/feeds', 'person', c.feeds.list),
    page('get', '/feeds/new', 'adult', c.feeds.fresh),
    page('post', '/feeds', 'adult', c.feeds.make),
    page('get', '/feeds/:id', 'person', c.feeds.show),
    page('post', '/feeds/:id', 'adult', c.feeds.change),
    page('post', '/feeds/:id/clear', 'adult', c.feeds.clear),
    page('post', '/feeds/:id/delete', 'adult', c.feeds.remove),
    page('get', '/feeds/:id/csv', 'person', c.feeds.csv),
    page('get', '/account', 'person', c.account.show),
    page('post', '/account/password', 'person', c.account.password),
    page('post', '/account/email', 'person', c.account.email),
    page('post', '/account/place', 'person', c.account.place),
    page('post', '/account/keys', 'owner', c.account.renewKey),
    page('post', '/account/recording', 'owner', c.account.recording),
    page('post', '/account/sign-out-everywhere', 'person', c.account.signOutEverywhere),
    page('get', '/people', 'owner', c.people.show),
    page('post', '/people/invitations', 'owner', c.people.invite),
    page('post', '/people/invitations/:id/withdraw', 'owner', c.people.withdraw),
    page('get', '/people/:id', 'owner', c.people.person),
    page('post', '/people/:id/role', 'owner', c.people.role),
    page('post', '/people/:id/password', 'owner', c.people.resetLink),
    page('post', '/people/:id/remove', 'owner', c.people.remove),

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

/** The household's own kinds of devices, and what devices are set up by. */
function pluginRows({ pluginsApi, deviceTemplateApi }: Controllers): HttpRoute[] {
  return [
    api('get', '/api/v1/plugins', 'write', pluginsApi.list, {
      summary: 'The plug-ins in the storage folder and how they do',
      answer: z.object({ plugins: pluginAnswer.array() }),
    }),
    api('get', '/api/v1/devices/:id/template', 'read', deviceTemplateApi.show, {
      summary: 'What the device was set up by, and whether there is a later version',
      params: templatePath,
      answer: templateAnswer,
    }),
    api('post', '/api/v1/devices/:id/template', 'write', deviceTemplateApi.apply, {
      summary: 'Set the device up again by its templates',
      params: templatePath,
      body: templateBody,
      answer: templateAnswer,
    }),
    api('post', '/api/v1/plugins/devices', 'write', pluginsApi.add, {
      summary: 'Let in a device that a plug-in reads',
      body: pluginDeviceBody,
      answer: pluginDeviceAnswer,
    }),
  ];
}

/** Devices ask without a key, and are answered only while somebody lets devices in. */
function pairingRows({ pairingApi, loginsApi }: Controllers): HttpRoute[] {
  const state = { answer: stateAnswer };
  return [
    api('get', '/api/v1/pairing', 'write', pairingApi.show, { summary: 'Who asks to be let in', ...state }),
    api('post', '/api/v1/pairing/window', 'write', pairingApi.window, {
      summary: 'Let devices ask for some minutes',
      body: windowForm,
      ...state,
    }),
    api('post', '/api/v1/pairing/unblock', 'write', pairingApi.unblock, {
      summary: 'Show a blocked device again when it asks',
      body: unblockForm,
      ...state,
    }),
    api('post', '/api/v1/pairing', 'anyone', pairingApi.ask, {
      summary: 'A device asks to be let in',
      body: askForm,
      answer: askAnswer,
    }),
    api('get', '/api/v1/pairing/:request', 'anyone', pairingApi.poll, {
      summary: 'The device asks what became of its request',
      params: requestPath,
      query: pollQuery,
      answer: pollAnswer,
    }),
    api('post', '/api/v1/pairing/:request/allow', 'write', pairingApi.allow, {
      summary: 'Let the device in',
      params: requestPath,
      ...state,
    }),
    api('post', '/api/v1/pairing/:request/deny', 'write', pairingApi.deny, {
      summary: 'Turn the device away',
      params: requestPath,
      body: denyForm,
      ...state,
    }),
    api('get', '/api/v1/logins', 'write', loginsApi.list, {
      summary: 'The devices’ own logins',
      answer: loginAnswer.array(),
    }),
    api('post', '/api/v1/logins', 'write', loginsApi.make, {
      summary: 'Make a device’s own login anew',
      body: loginForm,
      answer: credentialAnswer,
    }),
    api('post', '/api/v1/logins/:id/revoke', 'write', loginsApi.revoke, {
      summary: 'End a device’s login and its connection',
      params: loginPath,
      answer: loginAnswer,
    }),
    api('get', '/api/v1/audit', 'write', loginsApi.audit, {
      summary: 'Who did what to devices, the newest first',
      answer: auditAnswer.array(),
    }),
  ];
}

/** Guests look; owners and adults decide and switch. */
function devicePageRows({ devicePages, devicesPages, newDevice, wizard }: Controllers): HttpRoute[] {
  return [
    page('get', '/devices', 'person', devicesPages.list),
    page('get', '/devices/ask', 'adult', devicesPages.ask),
    page('post', '/devices/door', 'adult', devicesPages.door),
    page('post', '/devices/asks/:request', 'adult', devicesPages.decide),
    page('post', '/devices/found/:key', 'adult', devicesPages.decideFound),
    page('post', '/devices/blocks/:id', 'adult', devicesPages.unblock),
    page('post', '/devices/ignored/:key', 'adult', devicesPages.forget),
    page('get', '/devices/wizard', 'adult', wizard.show),
    page('get', '/devices/new', 'adult', newDevice.show),
    page('post', '/devices/new', 'adult', newDevice.add),
    page('get', '/devices/:id', 'person', devicePages.show),
    page('post', '/devices/:id', 'adult', devicePages.change),
    page('post', '/devices/:id/switch', 'adult', devicesPages.turn),
    page('post', '/devices/:id/login', 'adult', devicePages.login),
    page('post', '/devices/:id/template', 'adult', devicePages.setUp),
    page('post', '/devices/:id/remove', 'adult', devicePages.remove),
  ];
}

/** Guests look at what runs; owners and adults say when. */
function schedulePageRows({ scheduleEditor, schedulePages }: Controllers): HttpRoute[] {
  return [
    page('get', '/schedules', 'person', schedulePages.list),
    page('post', '/schedules', 'adult', scheduleEditor.make),
    page('get', '/schedules/new', 'adult', scheduleEditor.fresh),
    page('post', '/schedules/boost', 'adult', schedulePages.boost),
    page('get', '/schedules/:id', 'person', scheduleEditor.show),
    page('post', '/schedules/:id', 'adult', scheduleEditor.change),
    page('post', '/schedules/:id/skip', 'adult', schedulePages.skip),
    page('post', '/schedules/:id/pause', 'adult', schedulePages.pause),
    page('post', '/schedules/:id/change', 'adult', schedulePages.changeOnce),
    page('post', '/schedules/:id/remove', 'adult', scheduleEditor.remove),
  ];
}

type Row = [method: HttpRoute['method'], path: string, who: Policy, to: RequestHandler];

function page(...[method, path, who, to]: Row): HttpRoute {
  return { door: 'page', method, path, who, to };
}

function plain(path: string, who: Policy, to: RequestHandler): HttpRoute {
  return { door: 'plain', method: 'get', path, who, to };
}

function api(...[method, path, who, to, notes]: [...Row, ApiNotes]): HttpRoute {
  return { door: 'api', method, path, who, to, notes };
}
