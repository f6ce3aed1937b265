import type { Request, Response } from 'express';
import { z } from 'zod';
import { HubError } from '../../lib/errors.ts';
import type { ForecastModel, ProviderInfo } from '../../models/forecast/forecast-model.ts';
import type { ForecastUser } from '../../models/forecast/forecast-users.ts';
import { type ForecastSource, sourceName } from '../../models/forecast/source.ts';
import { paramFields, paramTexts, readParams, type SourceTexts, WINDOWS } from '../../models/forecast/source-form.ts';
import type { Notice, Words } from '../../views/page.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { formOf, queryOf, writerOf } from './reader.ts';
import { uploadedText } from './uploaded-text.ts';

export interface ForecastSourceDeps {
  readonly forecasts: Pick<ForecastModel, 'find' | 'providers' | 'users' | 'add' | 'change' | 'remove' | 'upload'>;
}

/** /forecast/new and /forecast/sources/:source: plain forms to set a forecast up, change it, bring its figures, and remove it. */
export function forecastSourcePages(deps: ForecastSourceDeps) {
  const { forecasts } = deps;
  return {
    async fresh(req: Request, res: Response): Promise<void> {
      writerOf(req);
      const provider = providerOf(deps, queryOf(req).provider);
      show(res, { provider, source: null, users: [], typed: { name: provider.name, ...usualOf(provider) } });
    },

    async make(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const typed = formOf(req);
      const provider = providerOf(deps, typed.provider);
      const params = readParams(fieldsOf(provider), typed);
      const name = typed.name ?? '';
      const screen: Screen = { provider, source: null, users: [], typed };
      await attempt(res, screen, () => forecasts.add(account, { name: named(name), provider: provider.name, params }));
    },

    async show(req: Request, res: Response): Promise<void> {
      show(res, screenOf(deps, req, null));
    },

    async change(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const typed = formOf(req);
      const screen = screenOf(deps, req, typed);
      const params = readParams(fieldsOf(screen.provider), typed);
      const { name } = screen.source as ForecastSource;
      await attempt(res, screen, () => forecasts.change(account, name, { name: named(typed.name ?? ''), params }));
    },

    async upload(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const screen = screenOf(deps, req, null);
      const { name } = screen.source as ForecastSource;
      const text = await uploadedText(req);
      const keep = async () => void (await forecasts.upload(account, name, contentOf(text)));
      await attempt(res, screen, keep, 'figures', 'uploaded');
    },

    async remove(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const screen = screenOf(deps, req, null);
      if (formOf(req).sure !== 'yes')
        return show(res, screen, refuse(res, { sure: res.words().t('person.off.sure.error') }));
      const gone = () => forecasts.remove(account, (screen.source as ForecastSource).name);
      await attempt(res, screen, gone, 'sure', 'removed');
    },
  };
}

interface Screen {
  readonly provider: ProviderInfo;
  /** null: a new one. */
  readonly source: ForecastSource | null;
  /** What goes by it: as long as anything does it is not removed. */
  readonly users: readonly ForecastUser[];
  /** The fields as typed; null: as they are kept. */
  readonly typed: SourceTexts | null;
}

interface State {
  readonly errors: Errors;
  readonly focus: string;
  readonly notice: Notice | null;
}

function show(res: Response, { provider, source, users, typed }: Screen, state: State = fresh()): void {
  const { t } = res.words();
  const fields = fieldsOf(provider);
  const kept = source ? { name: source.name, ...paramTexts(fields, source.params) } : {};
  const values = typed ?? kept;
  res.set('Cache-Control', 'no-store').page('forecast-source', {
    tab: 'schedules',
    title: t(`forecast.provider.${provider.name}`),
    scripts: ['live.js'],
    provider,
    source,
    users,
    fields,
    windows: windowsOf(values),
    values,
    ...state,
  });
}

/** The rows of hours: those in use and one more. */
function windowsOf(values: SourceTexts): number[] {
  const rows = Array.from({ length: WINDOWS }, (_, at) => at + 1);
  const last = rows.findLast((at) => values[`from${at}`] || values[`to${at}`] || values[`price${at}`]) ?? 0;
  return rows.slice(0, Math.max(2, last + 1));
}

/** Does it; what does not fit comes back beside its field. */
async function attempt(
  res: Response,
  screen: Screen,
  keep: () => Promise<void>,
  place?: string,
  done = 'saved',
): Promise<void> {
  try {
    await keep();
  } catch (error) {
    const errors = errorsOf(error, screen, res, place);
    if (!errors) throw error;
    return show(res, screen, refuse(res, errors));
  }
  seeOther(res, `/forecast?done=${done}`);
}

function errorsOf(error: unknown, { provider }: Screen, res: Response, place?: string): Errors | null {
  const { t } = res.words();
  if (error instanceof z.ZodError) return { name: t('forecast.wrong.name') };
  if (!(error instanceof HubError) || error.status >= 500) return null;
  if (error.code === 'HUB_FORECAST_EXISTS') return { name: t('forecast.wrong.taken') };
  if (error.code === 'HUB_FORECAST_IN_USE') return { [place ?? 'name']: t('forecast.wrong.used') };
  if (place !== undefined)
    return { [place]: t('forecast.wrong.figures', { why: whyNot(error.sentence, res.words()) }) };
  const known = new Set(fieldsOf(provider).map(({ name }) => name));
  const issues = error.cause instanceof z.ZodError ? error.cause.issues : [];
  const paths = issues.map(({ path }) => String(path[0])).filter((name) => known.has(name));
  if (paths.length === 0) return { name: whyNot(error.sentence, res.words()) };
  return Object.fromEntries(paths.map((name) => [name, t('forecast.wrong.param')]));
}

/** What the reader has no words for, such as the place in a file of JSON, is told whole in English only. */
function whyNot(sentence: string, { t, told, language }: Words): string {
  return told('figures', sentence) ?? (language === 'en' ? sentence : t('told.figures.unclear'));
}

function screenOf({ forecasts }: ForecastSourceDeps, req: Request, typed: SourceTexts | null): Screen {
  const { account } = writerOf(req);
  const source = forecasts.find(account, String(req.params.source));
  const provider = forecasts.providers().find(({ name }) => name === source?.provider);
  if (!source || !provider) throw new HubError('HUB_FORECAST_NOT_FOUND');
  return { provider, source, users: forecasts.users(account, source.name), typed };
}

function providerOf({ forecasts }: ForecastSourceDeps, name: string | undefined): ProviderInfo {
  const provider = forecasts.providers().find((one) => one.name === name && one.kind !== 'mqtt');
  if (!provider) throw new HubError('HUB_NOT_FOUND');
  return provider;
}

function fieldsOf({ params, secrets }: ProviderInfo) {
  return paramFields(params, secrets);
}

function usualOf(provider: ProviderInfo): SourceTexts {
  return Object.fromEntries(
    fieldsOf(provider).flatMap(({ name, usual, kind }) => [
      [name, kind === 'tick' ? (usual === 'true' ? 'yes' : '') : usual],
    ]),
  );
}

/** Throws ZodError. */
function named(name: string): string {
  return sourceName.parse(name);
}

/** JSON where it is any, else CSV. */
function contentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
