export { dayStart } from '../../lib/local-day.ts';
export { dayOf as dayNumber } from '../../lib/wall-clock.ts';
