/**
 * Counts the open door's time down in every `[data-left]` of the page, and hears when it is over. The words for a screen reader
 * stay as they were: a clock that speaks every second helps nobody.
 */
export function startCountdown(over: () => unknown): void {
  const ends = new WeakMap<HTMLElement, number>();
  setInterval(() => {
    for (const clock of document.querySelectorAll<HTMLElement>('[data-left]')) {
      const end = ends.get(clock) ?? performance.now() + Number(clock.dataset.left) * 1000;
      ends.set(clock, end);
      const left = Math.max(0, Math.round((end - performance.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
      document.querySelector('[data-share]')?.setAttribute('width', `${Math.min(100, left / 3).toFixed(1)}%`);
      if (left > 0 || clock.dataset.over) continue;
      clock.dataset.over = 'yes';
      over();
    }
  }, 1000);
}
