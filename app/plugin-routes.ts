import { z } from 'zod';
import { templateAnswer, templateBody, templatePath } from '../controllers/api/device-template.ts';
import { pluginAnswer, pluginDeviceAnswer, pluginDeviceBody } from '../controllers/api/plugins.ts';
import type { Controllers } from './controllers.ts';
import { api, type HttpRoute } from './http-route.ts';

/** The household's own kinds of devices, and what devices are set up by. */
export function pluginRows({
  pluginsApi,
  deviceTemplateApi,
}: Pick<Controllers, 'pluginsApi' | 'deviceTemplateApi'>): HttpRoute[] {
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
