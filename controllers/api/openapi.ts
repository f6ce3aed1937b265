import type { Request, Response } from 'express';
import { z } from 'zod';

/** What a route of `/api/v1` says of itself: the schemas that validate it and a line for people. */
export interface ApiNotes {
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
}

export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly who: string;
  readonly notes: ApiNotes;
}

/** `GET /api/v1/openapi.json`: an OpenAPI 3.1 document made from the schemas that validate the routes. */
export function openapiController(routes: readonly DescribedRoute[]) {
  const document = describe(routes);
  return {
    show(_req: Request, res: Response): void {
      res.json(document);
    },
  };
}

function describe(routes: readonly DescribedRoute[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}').replace(/\{\/\*(\w+)\}/g, '/{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Hearth', version: '1', description: 'The home energy hub’s own interface.' },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A read or write API key' },
        session: { type: 'apiKey', in: 'cookie', name: 'EMONCMS_SESSID' },
      },
    },
    paths,
  };
}

function operation({ who, notes }: DescribedRoute) {
  return {
    summary: notes.summary,
    'x-who': who,
    ...(who === 'anyone' ? {} : { security: [{ key: [] }, { session: [] }] }),
    parameters: [...parameters('path', notes.params), ...parameters('query', notes.query)],
    ...(notes.body ? { requestBody: { content: content('application/json', notes.body, 'input') } } : {}),
    responses: {
      200: { description: 'Done', content: content('application/json', notes.answer, 'output') },
      default: { description: 'Not done; the code is in docs/errors.md', content: { 'application/problem+json': {} } },
    },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodObject | undefined) {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

interface JsonSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

function content(type: string, schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  return { [type]: { schema: rest } };
}
