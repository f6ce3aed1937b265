import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { Exchange, Reply } from '../../models/iotoad/exchange.ts';
import type { Who } from '../../models/who.ts';
import { parsed } from './parsed.ts';

export interface IotoadApiDeps {
  readonly exchange: Exchange;
  /** What the log calls whoever asks. */
  readonly actorOf: (who: Who | null) => string;
}

const level = z.string().regex(/^[^+#/\0]{1,64}$/);

export const iotoadPath = z.object({
  module: level.describe('sp_command and influx_query are Hearth’s own'),
  target: z.array(level).max(8).default([]).describe('sp_w.r1.c2, row/1, column/2, type/w, group/<room>; sp/power'),
});

export const commandBody = z.strictObject({
  payload: z.unknown().describe('{"status":1} or {"status":0}, as an object or as JSON text'),
  subtopics: z
    .array(z.string().regex(/^[^+#\0]{1,128}$/))
    .min(1)
    .max(100)
    .optional(),
});

export const commandAnswer = z
  .record(z.string(), z.unknown())
  .describe('Of each target what its module answered; null where nothing did. 200 only when all answered');

export const queryAnswer = z.unknown().describe('What the module answered: of influx_query a SenML pack');

/** `PUT /api/in/…` and `GET /api/out/…`: IoToad's way to command and to ask, answered here or by whoever listens on the broker. */
export function iotoadApi({ exchange, actorOf }: IotoadApiDeps) {
  return {
    async command(req: Request, res: Response): Promise<void> {
      const { account } = req.who as Who;
      const path = pathOf(req);
      if (!isObject(req.body) || !('payload' in req.body))
        throw new HubError('HUB_BAD_REQUEST', {
          sentence: 'The body is JSON with a payload, and subtopics where wanted.',
        });
      const { payload, subtopics } = parsed(commandBody, req.body);
      const targets = subtopics ? subtopics.map((each) => `${path}/${each}`) : [path];
      const replies = await Promise.all(
        targets.map(
          async (target) =>
            [target, await exchange.ask(account, 'command', target, payload, actorOf(req.who))] as const,
        ),
      );
      const isWhole = replies.every(([, reply]) => reply !== null && !hasError(reply));
      const body = Object.fromEntries(replies.map(([target, reply]) => [target, reply?.value ?? null]));
      res.status(isWhole ? 200 : 500).json(body);
    },

    async query(req: Request, res: Response): Promise<void> {
      const { apikey: _, ...parameters } = req.query;
      const reply = await exchange.ask((req.who as Who).account, 'query', pathOf(req), parameters, actorOf(req.who));
      if (reply === null) res.status(500).json({ error: 'No hook responded the request' });
      else res.status(hasError(reply) ? 500 : 200).json(reply.value);
    },
  };
}

function pathOf(req: Request): string {
  const { module, target } = parsed(iotoadPath, req.params);
  return [module, ...target].join('/');
}

function hasError(reply: Reply): boolean {
  return isObject(reply?.value) && reply.value.error != null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
