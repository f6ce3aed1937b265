import type { Request, Response } from 'express';
import { HubError } from '../../lib/errors.ts';
import type { FeedModel } from '../../models/feed.ts';
import type { Input, InputModel } from '../../models/input.ts';
import type { LiveModel } from '../../models/live.ts';
import { edited } from '../../models/process/edit-list.ts';
import { decodeProcessList } from '../../models/process/process-list.ts';
import { inputList, inputPage, type PageDeps } from '../../views/input-page.ts';
import { fresh, line, parseForm, refuse, seeOther, tick } from './form.ts';
import { addStep, STEP_FIELDS } from './input-step.ts';
import { formOf, idOf, readerOf, writerOf } from './reader.ts';

export interface InputPagesDeps extends PageDeps {
  readonly inputs: Pick<InputModel, 'list' | 'find' | 'set' | 'remove' | 'clean' | 'setProcessList'>;
  readonly feeds: Pick<FeedModel, 'list' | 'find' | 'create'>;
  readonly live: Pick<LiveModel, 'get'>;
}

/** The pages of what meters say and of what Hearth does with it. */
export function inputPages(deps: InputPagesDeps) {
  return {
    list: (req: Request, res: Response) => list(deps, req, res),
    show: (req: Request, res: Response) => show(deps, ownInput(deps, req), req, res, doneOf(req, res)),
    change: (req: Request, res: Response) => change(deps, req, res),
    add: (req: Request, res: Response) => add(deps, req, res),
    edit: (req: Request, res: Response) => edit(deps, req, res),
    remove: (req: Request, res: Response) => remove(deps, req, res),
    clean: async (req: Request, res: Response) => {
      const count = await deps.inputs.clean(writerOf(req).account);
      seeOther(res, `/inputs?cleaned=${count}`);
    },
  };
}

function list(deps: InputPagesDeps, req: Request, res: Response): void {
  const who = readerOf(req);
  const words = res.words();
  const { cleaned, done } = req.query;
  const count = typeof cleaned === 'string' && /^\d{1,6}$/.test(cleaned) ? Number(cleaned) : null;
  const fact =
    count !== null ? words.t('inputs.cleaned', { count }) : done === 'deleted' ? words.t('inputs.deleted') : null;
  res.page('inputs', {
    title: words.t('inputs.title'),
    tab: 'settings',
    scripts: ['live.js'],
    ...inputList(deps, who, words),
    notice: fact === null ? null : { kind: 'good', fact },
  });
}

async function change(deps: InputPagesDeps, req: Request, res: Response): Promise<void> {
  const who = writerOf(req);
  const input = ownInput(deps, req);
  const { t } = res.words();
  const values = parseForm(req, { name: line, description: line });
  if (values.name === '') return show(deps, input, req, res, { ...refuse(res, { name: t('form.missing') }), values });
  const changed = await deps.inputs.set(who.account, input.id, values);
  if (!changed) return show(deps, input, req, res, { ...refuse(res, { name: t('input.name.taken') }), values });
  seeOther(res, `/inputs/${input.id}?done=saved`);
}

async function add(deps: InputPagesDeps, req: Request, res: Response): Promise<void> {
  const who = writerOf(req);
  const input = ownInput(deps, req);
  const step = parseForm(req, STEP_FIELDS);
  try {
    await addStep(deps, who.account, input, step);
    seeOther(res, `/inputs/${input.id}?done=added#steps`);
  } catch (cause) {
    if (!(cause instanceof HubError) || cause.status >= 500) throw cause;
    const { t, has } = res.words();
    const known = `feed.error.${cause.code}`;
    const notice = { kind: 'bad', fact: t('input.add.wrong'), step: t(has(known) ? known : 'input.add.wrong.arg') };
    res.status(422);
    show(deps, input, req, res, { notice, step });
  }
}

/** Moves or removes a step. What was meant for a list that someone else has changed since is not done. */
async function edit(deps: InputPagesDeps, req: Request, res: Response): Promise<void> {
  const who = writerOf(req);
  const input = ownInput(deps, req);
  const { was, wish = '' } = formOf(req);
  const steps = was === input.processList ? edited(decodeProcessList(input.processList), wish) : null;
  if (!steps) {
    res.status(409);
    return show(deps, input, req, res, { notice: { kind: 'bad', fact: res.words().t('input.step.stale') } });
  }
  await deps.inputs.setProcessList(who.account, input.id, steps);
  seeOther(res, `/inputs/${input.id}#steps`);
}

async function remove(deps: InputPagesDeps, req: Request, res: Response): Promise<void> {
  const who = writerOf(req);
  const input = ownInput(deps, req);
  const { sure } = parseForm(req, { sure: tick });
  if (!sure) return show(deps, input, req, res, refuse(res, { sure: res.words().t('form.missing') }));
  await deps.inputs.remove(who.account, [input.id]);
  seeOther(res, '/inputs?done=deleted');
}

function show(deps: InputPagesDeps, input: Input, req: Request, res: Response, state: object): void {
  const who = readerOf(req);
  const data = inputPage(deps, input, who, res.words());
  res.page('input', {
    ...fresh(),
    values: input,
    step: null,
    title: input.name,
    tab: 'settings',
    scripts: ['live.js', ...(data.mayWrite ? ['editor.js'] : [])],
    ...data,
    ...state,
  });
}

/** The household's own input that the path names. Throws HUB_INPUT_NOT_FOUND for others, as if there were none. */
function ownInput(deps: InputPagesDeps, req: Request): Input {
  const input = deps.inputs.find(idOf(req));
  if (!input || input.account !== readerOf(req).account) throw new HubError('HUB_INPUT_NOT_FOUND');
  return input;
}

function doneOf(req: Request, res: Response): object {
  return req.query.done === 'saved' ? { notice: { kind: 'good', fact: res.words().t('input.saved') } } : {};
}
