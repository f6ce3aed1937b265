import { expect, test } from 'vitest';
import { forecastUsers, usersInWords } from './forecast-users.ts';

const by = (source: string) => [{ source, weight: 1 }];

test('schedules by their own name or the device’s, each once, and the carbon that is recorded', () => {
  const list = () => [
    { id: 1, device: 1, name: 'Night', mix: by('agile') },
    { id: 2, device: 1, name: '', mix: by('agile') },
    { id: 3, device: 2, name: '', mix: by('agile') },
    { id: 4, device: 1, name: '', mix: by('agile') },
    { id: 5, device: 1, name: 'Other', mix: by('sun') },
    { id: 6, device: 1, name: 'Tariff', mix: [] },
  ];
  const devices = { find: (id: number) => (id === 1 ? { name: 'Car' } : undefined) };
  const get = () => ({ carbon: { kind: 'feed', feed: 1, source: 'agile' } as const });
  const deps = { schedules: { list }, devices, tariffs: { get } };
  const users = forecastUsers(deps, 1, 'agile');
  expect(users.map((user) => (user.kind === 'schedule' ? user.id : user.kind))).toEqual([1, 2, 3, 4, 'carbon']);
  expect(usersInWords(users)).toEqual(['Night', 'Car', 'a schedule', 'the recording of carbon']);
  expect(forecastUsers(deps, 1, 'sun')).toEqual([{ kind: 'schedule', id: 5, name: 'Other' }]);
  expect(forecastUsers(deps, 1, 'wind')).toEqual([]);
});
