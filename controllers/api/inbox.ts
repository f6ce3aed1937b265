import type { Request, Response } from 'express';
import { z } from 'zod';
import type { Device } from '../../models/device.ts';
import { devicesIn } from '../../models/found.ts';
import type { InboxEntry, InboxModel } from '../../models/inbox.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface InboxApiDeps {
  inbox: InboxModel;
  /** Looks for devices, see app/services/discovery.ts. */
  discovery: { look(account: number, minutes: number): void; remaining(account: number): number };
  /** What the audit trail calls the caller. */
  actorOf(who: Who): string;
}

export const inboxPath = z.object({ key: z.string().regex(/^[0-9a-f]{16}$/) });

export const searchBody = z.object({ minutes: z.number().int().min(1).max(15).default(5) });

export const searchAnswer = z.object({ seconds: z.number().int().describe('How long devices are still looked for') });

export const approvalBody = z.object({
  name: z.string().min(1).max(64).optional(),
  room: z.string().max(64).optional(),
  place: z.string().max(40).optional().describe('IoToad’s words: w.r1.c2, g3'),
  password: z.string().max(128).optional().describe('Where the device asks for one'),
});

const foundAnswer = z.object({
  key: z.string(),
  family: z.string(),
  identity: z.string().describe('MAC address or the maker’s id'),
  address: z.string().nullable(),
  model: z.string(),
  name: z.string().describe('What it calls itself, as it said it: show it as text'),
  type: z.string(),
  supported: z.boolean(),
  note: z.string().nullable(),
  outlets: z.array(z.string()).describe('Names of a strip’s outlets; each becomes a device'),
  first: z.number().int().describe('Unix seconds'),
  last: z.number().int(),
});

export const inboxAnswer = z.object({
  pending: z.array(foundAnswer),
  more: z.number().int().describe('Found beyond those listed'),
  ignored: z.array(foundAnswer),
  seconds: z.number().int(),
});

export const approvedAnswer = z.object({
  devices: z.array(z.object({ id: z.number().int(), node: z.string(), name: z.string() })),
});

/** `/api/v1/inbox` and `/api/v1/discovery`: what was found and waits for somebody to let it in. */
export function inboxApi({ inbox, discovery, actorOf }: InboxApiDeps) {
  return {
    list,

    look(req: Request, res: Response): void {
      const { account } = req.who as Who;
      discovery.look(account, parsed(searchBody, req.body ?? {}).minutes);
      res.json({ seconds: discovery.remaining(account) });
    },

    async approve(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const { password, name, room, place } = parsed(approvalBody, req.body ?? {});
      const wish = Object.fromEntries(Object.entries({ name, room, place }).filter(([, value]) => value !== undefined));
      const settings = password ? { settings: { password } } : {};
      const made = await inbox.approve(account, keyOf(req), { ...wish, ...settings }, actorOf(req.who as Who));
      res.json({ devices: made.map(({ id, node, name }: Device) => ({ id, node, name })) });
    },

    async ignore(req: Request, res: Response): Promise<void> {
      const who = req.who as Who;
      await inbox.ignore(who.account, keyOf(req), actorOf(who));
      list(req, res);
    },

    async forget(req: Request, res: Response): Promise<void> {
      await inbox.forget((req.who as Who).account, keyOf(req));
      list(req, res);
    },
  };

  function list(req: Request, res: Response): void {
    const { account } = req.who as Who;
    const { pending, more } = inbox.list(account);
    const ignored = inbox.ignored(account).map(answer);
    res.json({ pending: pending.map(answer), more, ignored, seconds: discovery.remaining(account) });
  }
}

function keyOf(req: Request): string {
  return parsed(inboxPath, req.params).key;
}

function answer({ key, found, first, last }: InboxEntry): z.infer<typeof foundAnswer> {
  const { family, identity, address, model, name, type, supported, note } = found;
  const outlets = found.children ? devicesIn(found).map((child) => child.name) : [];
  return { key, family, identity, address, model, name, type, supported, note: note ?? null, outlets, first, last };
}
