/** Shows the copy buttons, which do nothing without a script, and lets each copy what it stands beside. */
export function installCopying(root: ParentNode): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button));
  }
}

async function copy(button: HTMLButtonElement): Promise<void> {
  const target = document.getElementById(button.dataset.copy ?? '');
  if (!target) return;
  if (!(await write(target))) return;
  const before = button.textContent;
  button.textContent = button.dataset.done ?? before;
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

/** The clipboard needs https; a hub at home is often plain http, where selecting and copying still works. */
async function write(target: HTMLElement): Promise<boolean> {
  const words = target.textContent?.trim() ?? '';
  if (navigator.clipboard) return navigator.clipboard.writeText(words).then(...YES_OR_NO);
  getSelection()?.selectAllChildren(target);
  return document.execCommand('copy');
}

const YES_OR_NO = [() => true, () => false] as const;

installCopying(document);
