import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { PairingModel } from '../../models/pairing/pairing.ts';
import { askForm } from '../../models/pairing/request.ts';
import type { Who } from '../../models/who.ts';
import { plainAddress } from '../emoncms/device-auth.ts';
import { parsed } from './parsed.ts';

/** How the hub is found now. */
export interface Network {
  /** Its name on the network; null where it could not tell anybody. */
  readonly name: string | null;
  /** Whether somebody else has the name that was wanted. */
  readonly conflict: boolean;
  /** Port 80, where EmonESP's firmware asks. */
  readonly legacyPort: 'none' | 'closed' | 'open' | 'refused';
}

export interface PairingApiDeps {
  readonly network: () => Network;
  readonly pairing: PairingModel;
  readonly actorOf: (who: Who | null) => string;
  readonly hub: () => { readonly fingerprint: string };
}

export const windowForm = z.object({
  minutes: z.number().min(0).max(60).default(5).describe('0 closes the window'),
});

export const requestPath = z.object({ request: z.string().max(64) });

export const pollQuery = z.object({
  proof: z.string().max(128).describe('Hex of HMAC-SHA256 under the nonce, see docs/pairing.md'),
});

export const denyForm = z.object({ block: z.boolean().default(false).describe('Never show it again') });

export const unblockForm = z.object({ id: z.number().int().positive() });

export const stateAnswer = z.object({
  open: z.boolean(),
  secondsLeft: z.number().int(),
  requests: z.array(
    z.object({
      request: z.string(),
      kind: z.enum(['legacy', 'new']),
      state: z.enum(['waiting', 'allowed', 'granted']),
      address: z.string(),
      mac: z.string().nullable(),
      deviceId: z.string().nullable(),
      type: z.string(),
      name: z.string(),
      code: z.string().nullable().describe('To be compared with the device’s own display'),
      seconds: z.number().int().describe('Since it asked first'),
    }),
  ),
  more: z.number().int().describe('How many more wait than are shown'),
  blocked: z.array(z.object({ id: z.number().int(), shown: z.string(), created: z.number().int() })),
  network: z.object({
    name: z.string().nullable().describe('The hub’s name on the network'),
    conflict: z.boolean().describe('Somebody else has the name that was wanted'),
    legacyPort: z.enum(['none', 'closed', 'open', 'refused']).describe('Port 80, where EmonESP asks'),
  }),
});

export const askAnswer = z.object({
  request: z.string(),
  code: z.string().nullable(),
  seconds: z.number().int().describe('How long it waits without being polled'),
  fingerprint: z.string().describe('SHA-256 of the hub’s own certificate authority, see GET /ca.crt'),
});

export const pollAnswer = z.object({
  state: z.enum(['waiting', 'denied', 'allowed']),
  code: z.string().nullable().optional(),
  credential: z
    .object({ publicKey: z.string().nullable(), iv: z.string(), box: z.string() })
    .optional()
    .describe('Sealed to this request'),
});

/** `/api/v1/pairing`: devices ask to be let in, and those who may decide do. */
export function pairingApi({ pairing, actorOf, hub, network }: PairingApiDeps) {
  const by = (req: Request) => actorOf(req.who);
  const answer = (req: Request) => {
    const { account } = req.who as Who;
    const blocked = pairing.blocked(account).map(({ id, shown, created }) => ({ id, shown, created }));
    return { ...pairing.state(account), blocked, network: network() };
  };

  return {
    show(req: Request, res: Response): void {
      res.set('Cache-Control', 'no-store').json(answer(req));
    },

    window(req: Request, res: Response): void {
      const { minutes } = parsed(windowForm, req.body ?? {});
      pairing.open((req.who as Who).account, minutes, by(req));
      res.json(answer(req));
    },

    async ask(req: Request, res: Response): Promise<void> {
      const form = parsed(askForm, req.body ?? {});
      const { id, code } = await pairing.ask(form, addressOf(req));
      const { fingerprint } = hub();
      res.status(201).set('Cache-Control', 'no-store').json({ request: id, code, seconds: 120, fingerprint });
    },

    async poll(req: Request, res: Response): Promise<void> {
      const { proof } = parsed(pollQuery, req.query);
      const { request } = parsed(requestPath, req.params);
      res.set('Cache-Control', 'no-store').json(await pairing.poll(request, proof, addressOf(req)));
    },

    allow(req: Request, res: Response): void {
      const { request } = parsed(requestPath, req.params);
      pairing.allow((req.who as Who).account, request, by(req));
      res.json(answer(req));
    },

    async deny(req: Request, res: Response): Promise<void> {
      const { request } = parsed(requestPath, req.params);
      const { block } = parsed(denyForm, req.body ?? {});
      await pairing.deny((req.who as Who).account, request, by(req), block);
      res.json(answer(req));
    },

    async unblock(req: Request, res: Response): Promise<void> {
      const { id } = parsed(unblockForm, req.body ?? {});
      const done = await pairing.unblock((req.who as Who).account, id, by(req));
      if (!done) throw new HubError('HUB_NOT_FOUND');
      res.json(answer(req));
    },
  };
}

function addressOf(req: Request): string {
  return plainAddress(req.socket.remoteAddress ?? '');
}
