import type { Request, Response } from 'express';
import { z } from 'zod';
import type { InputModel } from '../../models/input.ts';
import type { Who } from '../../models/who.ts';

export const inputAnswer = z.object({
  id: z.number().int(),
  node: z.string(),
  name: z.string(),
  description: z.string(),
  processList: z.string().describe('id:argument pairs, separated by commas'),
  time: z.number().int().nullable().describe('Unix seconds of the newest reading'),
  value: z.number().nullable(),
});

/** `/api/v1/inputs`: what reports to the household, with its newest values. */
export function inputsApi({ inputs }: { inputs: Pick<InputModel, 'list'> }) {
  return {
    list(req: Request, res: Response): void {
      const { account } = req.who as Who;
      const rows = inputs.list(account).map(({ account: _, ...row }): z.infer<typeof inputAnswer> => row);
      res.json({ inputs: rows });
    },
  };
}
