import type { Request, Response } from 'express';
import { asksOf, windowOf } from '../../views/device-asks.ts';
import { presenceOf } from '../../views/device-card.ts';
import { type DevicesDeps, noticeOf, waitingFor } from './devices.ts';
import { queryOf, readerOf } from './reader.ts';
import { roomsOf } from './rooms.ts';

/** /devices/wizard: lets one device in, step by step. */
export function wizardPages(deps: DevicesDeps) {
  return {
    show(req: Request, res: Response): void {
      const who = readerOf(req);
      const words = res.words();
      const waiting = waitingFor(deps, who);
      const all = deps.devices.list(who.account);
      res.page('wizard', {
        tab: 'devices',
        title: words.t('wizard.title'),
        scripts: ['live.js'],
        inFull: true,
        asks: asksOf(waiting, words),
        door: windowOf(waiting.pairing),
        host: req.hostname,
        rooms: roomsOf(all),
        joined: all
          .filter((device) => device.created > words.now / 1000 - RECENT_S)
          .map((device) => ({ ...device, presence: presenceOf(deps, device, words) })),
        notice: noticeOf(deps, who.account, queryOf(req), words),
      });
    },
  };
}

/** Whoever came in within this time is still to be named. */
const RECENT_S = 900;
