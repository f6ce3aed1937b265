import { z } from 'zod';
import { ARG, type ArgType } from './process/process.ts';

/** What a kind of device reports and how it is recorded, in EmonCMS's form. */
export type Template = z.infer<typeof schema>;
export type TemplateInput = Template['inputs'][number];
export type TemplateFeed = Template['feeds'][number];
export type TemplateStep = TemplateInput['processList'][number];

/** A template as JSON text; undefined where it is none. */
export function parseTemplate(text: string | undefined): Template | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** EmonCMS's names for kinds of arguments. */
export const ARGUMENT_TYPES: Readonly<Record<string, ArgType>> = {
  'ProcessArg::VALUE': ARG.value,
  'ProcessArg::INPUTID': ARG.input,
  'ProcessArg::FEEDID': ARG.feed,
  'ProcessArg::NONE': ARG.none,
  'ProcessArg::TEXT': ARG.text,
  'ProcessArg::SCHEDULEID': ARG.schedule,
};

/** EmonCMS's names for engines. */
export const ENGINES: Readonly<Record<string, 5 | 2 | 7>> = {
  'Engine::PHPFINA': 5,
  'Engine::PHPTIMESERIES': 2,
  'Engine::VIRTUALFEED': 7,
};

const name = z.string().min(1).max(64);
const argument = z.object({ type: z.string(), value: z.union([z.string(), z.number()]).optional() });
const step = z.object({
  process: z.union([z.string(), z.number()]),
  arguments: z.union([argument, z.array(argument)]).optional(),
});
const schema = z.object({
  name: z.string().max(128).default(''),
  category: z.string().max(64).default('General'),
  group: z.string().max(64).default('Miscellaneous'),
  description: z.string().max(255).default(''),
  prefix: z.enum(['node', 'name']).optional(),
  inputs: z
    .array(
      z.object({
        name,
        description: z.string().max(255).optional(),
        node: name.optional(),
        processList: z.array(step).default([]),
      }),
    )
    .max(200)
    .default([]),
  feeds: z
    .array(
      z.object({
        name,
        tag: name.optional(),
        engine: z.string().default('Engine::PHPFINA'),
        interval: z.union([z.string(), z.number()]).optional(),
        unit: z.string().max(10).optional(),
        processList: z.array(step).default([]),
      }),
    )
    .max(200)
    .default([]),
  control: z.record(z.string(), z.unknown()).optional(),
});
