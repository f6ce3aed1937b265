export interface Switching {
  /** Puts the page the hub answered with in the place of this one. */
  show(html: string): void;
  /** Asks the hub for its words again. */
  renew(): unknown;
}

/** A device that has not said anything by then is shown as the hub sees it. */
const LATER_MS = 8500;

/**
 * Sends a switch's form without leaving the page. The switch is busy until the hub answers and never moves by itself: it shows what
 * the device reports.
 */
export function installSwitches({ show, renew }: Switching): void {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.turn === undefined) return;
    event.preventDefault();
    const button = (event as SubmitEvent).submitter ?? form.querySelector('button');
    if (form.getAttribute('aria-busy') === 'true') return;
    form.setAttribute('aria-busy', 'true');
    button?.setAttribute('aria-busy', 'true');
    void send(form, button).then((answer) => {
      form.removeAttribute('aria-busy');
      if (answer === null) {
        button?.removeAttribute('aria-busy');
        return renew();
      }
      const { page, html } = answer;
      if (page.pathname !== location.pathname) return location.assign(page);
      show(html);
      setTimeout(renew, LATER_MS);
    });
  });
}

async function send(form: HTMLFormElement, button: HTMLElement | null): Promise<{ page: URL; html: string } | null> {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const body = new URLSearchParams(fields);
  if (button instanceof HTMLButtonElement && button.name !== '') body.set(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: 'POST', body, headers: { accept: 'text/html' } });
    return answer.ok ? { page: new URL(answer.url), html: await answer.text() } : null;
  } catch {
    return null;
  }
}
