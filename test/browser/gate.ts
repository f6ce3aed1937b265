import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CDPSession } from 'playwright-core';
import type { Window } from './browser.ts';

/** How a page is looked at. */
export interface Look {
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly scheme: 'light' | 'dark';
}

export const LIGHT: Look = { name: 'light 1280', size: { width: 1280, height: 800 }, scheme: 'light' };
export const DARK: Look = { name: 'dark 360', size: { width: 360, height: 740 }, scheme: 'dark' };
export const ZOOMED: Look = { name: '320×256', size: { width: 320, height: 256 }, scheme: 'light' };

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The rules whose verdict may change with the window's size, where everything else was looked at once. */
const OF_THE_SIZE = ['target-size', 'scrollable-region-focusable'];
const OF_THE_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What is wrong with the page in these looks: axe in full in the first, then what may differ; geometry in each. */
export async function gate(page: Window, looks: readonly Look[]): Promise<string[]> {
  if (page.plain) await wake(page);
  const problems = [...(await frame(page)), ...(await forms(page))];
  for (const [i, look] of looks.entries()) {
    await page.setViewportSize(look.size);
    // Without motion no colour is on its way to another when axe looks.
    await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: 'reduce' });
    await settled(page);
    const recoloured = look.scheme !== looks[0]?.scheme;
    const rules = [...OF_THE_SIZE, ...(recoloured ? OF_THE_COLOURS : [])];
    const found = [...(await geometry(page)), ...(await axe(page, i === 0 ? null : rules))];
    problems.push(...found.map((problem) => `${look.name}: ${problem}`));
  }
  if (page.plain) await sleep(page);
  return problems.map((problem) => `${new URL(page.url()).pathname} · ${problem}`);
}

const sessions = new WeakMap<Window, CDPSession>();

/** Axe needs timers, so a page that was loaded without scripts gets them now; its own were passed over and stay so. */
async function wake(page: Window): Promise<void> {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  // The browser takes note of a change only.
  await session.send('Emulation.setScriptExecutionDisabled', { value: true });
  await session.send('Emulation.setScriptExecutionDisabled', { value: false });
}

async function sleep(page: Window): Promise<void> {
  await sessions.get(page)?.send('Emulation.setScriptExecutionDisabled', { value: true });
}

/** A drawing follows a new size with the next picture. */
async function settled(page: Window): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

async function axe(page: Window, rules: readonly string[] | null): Promise<string[]> {
  // Put in by the debugger, which no content policy stands in the way of.
  await page.evaluate(AXE);
  return await page.evaluate(async (only) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const runOnly = only ? { type: 'rule' as const, values: [...only] } : { type: 'tag' as const, values: tags };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }, rules);
}

/** One first heading, a title that names the page, a language. */
async function frame(page: Window): Promise<string[]> {
  return await page.evaluate(() => {
    const headings = document.querySelectorAll('h1').length;
    const wrong: string[] = [];
    if (headings !== 1) wrong.push(`${headings} first headings`);
    if (document.title.trim() === '') wrong.push('no title');
    if (document.documentElement.lang === '') wrong.push('no language');
    if (document.querySelector('[style]:not(.uplot [style], .uplot)')) wrong.push('a style attribute');
    return wrong;
  });
}

/** Every form is sent by its own button and needs no script: it posts, or asks for a page. */
async function forms(page: Window): Promise<string[]> {
  return await page.evaluate(() =>
    [...document.forms].flatMap((form) => {
      const name = `form ${form.getAttribute('action') ?? ''}`;
      const button = [...form.elements].some((part) => part instanceof HTMLButtonElement && part.type === 'submit');
      const noscript = form.querySelector('noscript');
      const single = form.method === 'get' && form.querySelectorAll('input:not([type=hidden])').length <= 1;
      return button || noscript || single ? [] : [`${name} has no button that sends it`];
    }),
  );
}

/**
 * Nothing sticks out sideways, no button breaks a word or choice cuts one off, and nothing to press is too small for a finger.
 * Links inside a sentence are exempt.
 */
async function geometry(page: Window): Promise<string[]> {
  return await page.evaluate(() => {
    const wrong: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) wrong.push(`scrolls sideways: ${scrollWidth} in ${clientWidth}`);
    const name = (part: Element) => `${part.tagName.toLowerCase()} "${(part.textContent ?? '').trim().slice(0, 30)}"`;
    const inSentence = (part: Element) => {
      const parent = part.parentElement;
      const around = (parent?.textContent ?? '').trim().length - (part.textContent ?? '').trim().length;
      return getComputedStyle(part).display === 'inline' && around > 1;
    };
    const parts = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary');
    for (const part of parts) {
      if (part.classList.contains('skip') || !part.checkVisibility({ visibilityProperty: true })) continue;
      const target = (part instanceof HTMLInputElement && part.closest('label')) || part;
      const { width, height } = target.getBoundingClientRect();
      if (width + 0.01 >= 24 && height + 0.01 >= 24) continue;
      if (!(part instanceof HTMLAnchorElement && inSentence(part))) wrong.push(`${name(part)} is ${width}×${height}`);
    }
    for (const button of document.querySelectorAll('.btn, .pick span')) {
      const walker = document.createTreeWalker(button, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const { 0: word, index } of (node.textContent ?? '').matchAll(/\S+/g)) {
          const range = document.createRange();
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) wrong.push(`${name(button)} breaks ${word}`);
        }
      }
    }
    const pen = document.createElement('canvas').getContext('2d');
    for (const choice of document.querySelectorAll('select')) {
      if (!pen || !choice.checkVisibility()) continue;
      const { font, paddingLeft } = getComputedStyle(choice);
      pen.font = font;
      const word = choice.selectedOptions[0]?.text ?? '';
      const lacking = pen.measureText(word).width + Number.parseFloat(paddingLeft) + 16 - choice.clientWidth;
      if (lacking > 0) wrong.push(`the choice ${choice.name} cuts "${word}" off by ${Math.ceil(lacking)}`);
    }
    return wrong;
  });
}
