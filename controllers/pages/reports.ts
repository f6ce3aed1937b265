import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import { ISDL_HEAD, isdlRow } from '../../models/report/isdl-text.ts';
import type { Report } from '../../models/report/report.ts';
import type { ReportModel } from '../../models/report/report-model.ts';
import type { ReportSettings } from '../../models/report/report-settings.ts';
import { mayWrite } from '../../models/who.ts';
import type { Notice } from '../../views/page.ts';
import { reportPage, reportRow } from '../../views/reports-page.ts';
import { type Errors, fresh, refuse, seeOther } from './form.ts';
import { formOf, idOf, queryOf, readerOf, writerOf } from './reader.ts';

export interface ReportPagesDeps {
  readonly reports: Pick<ReportModel, 'list' | 'find' | 'settings' | 'setSettings'>;
}

type Texts = Readonly<Record<string, string>>;

/** /reports: what was reported, each with its page and its text, and when reports are made. */
export function reportPages({ reports }: ReportPagesDeps) {
  const list = async (req: Request, res: Response, values: Texts, state: object) => {
    const who = readerOf(req);
    const words = res.words();
    const rows = (await reports.list(who.account)).map((report) => reportRow(report, words));
    const title = words.t('reports.title');
    res.page('reports', { title, tab: 'costs', ...state, values, reports: rows, mayWrite: mayWrite(who) });
  };
  const own = async (req: Request): Promise<Report> => {
    const report = await reports.find(readerOf(req).account, idOf(req) || 0);
    if (!report) throw new HubError('HUB_NOT_FOUND');
    return report;
  };
  return {
    async list(req: Request, res: Response): Promise<void> {
      const isSaved = queryOf(req).done === 'saved';
      const notice: Notice | null = isSaved ? { kind: 'good', fact: res.words().t('reports.saved') } : null;
      await list(req, res, textsOf(reports.settings(readerOf(req).account)), { ...fresh(), notice });
    },

    async save(req: Request, res: Response): Promise<void> {
      const { account } = writerOf(req);
      const values = formOf(req);
      const { settings, wrong } = readForm(values);
      if (wrong.length > 0) {
        const errors: Errors = Object.fromEntries(wrong.map((name) => [name, res.words().t(`reports.wrong.${name}`)]));
        return await list(req, res, values, refuse(res, errors));
      }
      await reports.setSettings(account, settings);
      seeOther(res, '/reports?done=saved');
    },

    async show(req: Request, res: Response): Promise<void> {
      const report = reportPage(await own(req), res.words());
      res.page('report', { title: report.name, tab: 'costs', report });
    },

    async text(req: Request, res: Response): Promise<void> {
      const report = await own(req);
      const { house, rest, devices } = report.body;
      const lines = [house, rest, ...devices].map((line) => `${line.name}\n${isdlRow(report, line)}`);
      res
        .attachment(`report-${report.id}.txt`)
        .type('text/plain')
        .send(`${ISDL_HEAD}${lines.join('')}`);
    },
  };
}

function textsOf({ at, daily, monthly, yearly }: ReportSettings): Texts {
  const two = (number: number) => String(number).padStart(2, '0');
  return {
    at,
    daily: daily ? 'yes' : '',
    monthly: monthly ? 'yes' : '',
    day: String(monthly?.day ?? 1),
    yearly: yearly ? 'yes' : '',
    date: yearly ? `${two(yearly.month)}-${two(yearly.day)}` : '01-01',
  };
}

function readForm(texts: Texts): { settings: ReportSettings; wrong: ('at' | 'day' | 'date')[] } {
  const { at = '', daily, monthly, day = '', yearly, date = '' } = texts;
  const isDay = /^([1-9]|[12]\d|3[01])$/.test(day);
  const [, month, last] = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(date) ?? [];
  const wrong: ('at' | 'day' | 'date')[] = [];
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) wrong.push('at');
  if (monthly === 'yes' && !isDay) wrong.push('day');
  if (yearly === 'yes' && !month) wrong.push('date');
  const settings: ReportSettings = {
    at,
    daily: daily === 'yes',
    monthly: monthly === 'yes' ? { day: Number(day) } : null,
    yearly: yearly === 'yes' ? { month: Number(month), day: Number(last) } : null,
  };
  return { settings, wrong };
}
