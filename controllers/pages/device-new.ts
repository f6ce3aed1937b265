import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { DeviceModel } from '../../models/device.ts';
import { addByHand, type ByHandDeps } from '../../models/device-by-hand.ts';
import { pluginFamily } from '../../models/drivers/plugin.ts';
import { type PluginView, pluginTroubles } from '../../views/plugin-troubles.ts';
import { personOf } from './account.ts';
import { blankForm, KINDS, type Kind, type NewForm, newFormIn, wishOf, wrongIn } from './device-new-form.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { queryOf, readerOf } from './reader.ts';
import { roomsOf } from './rooms.ts';

export interface NewDeviceDeps extends ByHandDeps {
  readonly devices: Pick<DeviceModel, 'adopt' | 'byIdentity' | 'list'>;
  readonly plugins: () => readonly PluginView[];
}

/** /devices/new: adds a device that nobody can find. */
export function newDevicePages(deps: NewDeviceDeps) {
  return {
    show(req: Request, res: Response): void {
      const kind = kindOf(queryOf(req).kind, typesOf(deps).length > 0 ? 'plugin' : 'relay');
      show(deps, req, res, { ...blankForm(kind), kind }, fresh());
    },

    async add(req: Request, res: Response): Promise<void> {
      const { account, username } = personOf(req);
      const form = newFormIn(req);
      const errors = { ...wrongIn(form, res.words()), ...clashesIn(deps, account, form, res) };
      if (Object.keys(errors).length > 0) return show(deps, req, res, form, refuse(res, errors));
      try {
        const device = await addByHand(deps, account, wishOf(form), username);
        seeOther(res, `/devices/${device.id}?done=new`);
      } catch (error) {
        if (!(error instanceof HubError) || error.code !== 'HUB_BAD_REQUEST') throw error;
        const errors: Errors = form.kind === 'plugin' ? { address: res.words().t('new.plugin.not') } : {};
        show(deps, req, res, form, refuse(res, errors), error.sentence);
      }
    },
  };
}

function show(deps: NewDeviceDeps, req: Request, res: Response, form: NewForm, state: object, trouble = ''): void {
  const words = res.words();
  res.set('Cache-Control', 'no-store').page('device-new', {
    tab: 'devices',
    title: words.t('new.title'),
    kinds: KINDS,
    kind: form.kind,
    types: typesOf(deps),
    troubles: pluginTroubles(deps.plugins(), words),
    trouble,
    rooms: roomsOf(deps.devices.list(readerOf(req).account)),
    values: { ...form, password: '' },
    ...state,
  });
}

/** What only the household's own devices and plug-ins tell. */
function clashesIn(deps: NewDeviceDeps, account: number, { kind, name, type }: NewForm, res: Response): Errors {
  const { t } = res.words();
  const isTaken = deps.devices.list(account).some((device) => device.name === name);
  const isLoaded = kind !== 'plugin' || typesOf(deps).includes(type);
  return { ...(!isLoaded && { type: t('new.plugin.choose') }), ...(isTaken && { name: t('new.name.taken') }) };
}

/** The types whose plug-in was read, also where it rests for a moment. */
function typesOf({ plugins, drivers }: NewDeviceDeps): string[] {
  return plugins().flatMap(({ type, state }) =>
    type !== null && state !== 'failed' && drivers.has(pluginFamily(type)) ? [type] : [],
  );
}

function kindOf(said: string | undefined, otherwise: Kind): Kind {
  return KINDS.find((kind) => kind === said) ?? otherwise;
}
