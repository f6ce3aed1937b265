import {
  changeAnswer,
  deviceAnswer,
  deviceBody,
  devicePath,
  type devicesApi,
  logAnswer,
  logQuery,
  switchAnswer,
  switchBody,
} from '../controllers/api/devices.ts';
import { commandAnswer, commandBody, type iotoadApi, iotoadPath, queryAnswer } from '../controllers/api/iotoad.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The rows of `/api/v1/devices`. */
export function deviceRows(devices: ReturnType<typeof devicesApi>): HttpRoute[] {
  const one = { params: devicePath };
  return [
    api('get', '/api/v1/devices', 'read', devices.list, {
      summary: 'The household’s devices: what they say, and what is wanted of them',
      answer: deviceAnswer.array(),
    }),
    api('get', '/api/v1/devices/:id', 'read', devices.show, { summary: 'One device', ...one, answer: deviceAnswer }),
    api('patch', '/api/v1/devices/:id', 'write', devices.change, {
      summary: 'Change a device’s name, room, place, settings or interval, or leave it alone for a while',
      ...one,
      body: deviceBody,
      answer: changeAnswer,
    }),
    api('post', '/api/v1/devices/:id/switch', 'write', devices.switch, {
      summary: 'Switch a device on or off',
      ...one,
      body: switchBody,
      answer: switchAnswer,
    }),
    api('get', '/api/v1/devices/:id/log', 'read', devices.log, {
      summary: 'Who or what switched the device, and why; the newest first',
      ...one,
      query: logQuery,
      answer: logAnswer,
    }),
    api('delete', '/api/v1/devices/:id', 'write', devices.remove, {
      summary: 'Let a device go; its feeds stay',
      ...one,
      answer: deviceAnswer.nullable(),
    }),
  ];
}

/** The rows of IoToad's doors. */
export function iotoadRows(iotoad: ReturnType<typeof iotoadApi>): HttpRoute[] {
  return [
    api('put', '/api/in/:module{/*target}', 'write', iotoad.command, {
      summary: 'Command devices by id, row, column, type or group, or another module over the broker',
      params: iotoadPath,
      body: commandBody,
      answer: commandAnswer,
    }),
    api('get', '/api/out/:module{/*target}', 'read', iotoad.query, {
      summary: 'Ask a module: what was recorded by id, row, column or type',
      params: iotoadPath,
      answer: queryAnswer,
    }),
  ];
}
