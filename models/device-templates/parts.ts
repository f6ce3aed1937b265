import type { TemplateFeed, TemplateInput, TemplateStep } from '../device-template.ts';

/** Multiplies by a number. */
export function times(factor: number): TemplateStep {
  return { process: 'process__scale', arguments: { type: 'ProcessArg::VALUE', value: factor } };
}

/** Stores in a feed of the template, by the process named. */
export function into(feed: string, process = 'process__log_to_feed'): TemplateStep {
  return { process, arguments: { type: 'ProcessArg::FEEDID', value: feed } };
}

export function input(name: string, description = '', ...processList: TemplateStep[]): TemplateInput {
  return { name, description, processList };
}

/** A feed of fixed interval. */
export function feed(name: string, unit: string, interval: number): TemplateFeed {
  return { name, engine: 'Engine::PHPFINA', interval: String(interval), unit, processList: [] };
}
