import type { Controllers } from './controllers.ts';
import { forecastPageRows } from './forecast-page-routes.ts';
import { type HttpRoute, page } from './http-route.ts';

/** The rows of the pages that people see. */
export function pageRows(c: Controllers): HttpRoute[] {
  return [
    page('get', '/', 'person', c.home.show),
    ...doorRows(c),
    ...devicePageRows(c),
    ...schedulePageRows(c),
    ...forecastPageRows(c.forecastPages, c.forecastSources),
    page('get', '/graph', 'person', c.graph.show),
    ...moneyRows(c),
    ...recordRows(c),
    ...peopleRows(c),
  ];
}

/** How somebody comes in, and out again. */
function doorRows(c: Controllers): HttpRoute[] {
  return [
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

/** Guests see what it costs; owners and adults say what is paid. */
function moneyRows(c: Controllers): HttpRoute[] {
  return [
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
  ];
}

/** What is recorded, and how. */
function recordRows(c: Controllers): HttpRoute[] {
  return [
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
  ];
}

/** Everybody’s own account; the owner’s household. */
function peopleRows(c: Controllers): HttpRoute[] {
  return [
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
  ];
}
