import { expect, test } from 'vitest';
import { forecastUsers } from './forecast-users.ts';

const by = (source: string) => [{ source, weight: 1 }];

test('schedules by their own name or the device’s, each once, and the carbon that is recorded', () => {
  const list = () => [
    { device: 1, name: 'Night', mix: by('agile') },
    { device: 1, name: '', mix: by('agile') },
    { device: 2, name: '', mix: by('agile') },
    { device: 1, name: '', mix: by('agile') },
    { device: 1, name: 'Other', mix: by('sun') },
    { device: 1, name: 'Tariff', mix: [] },
  ];
  const devices = { find: (id: number) => (id === 1 ? { name: 'Car' } : undefined) };
  const get = () => ({ carbon: { kind: 'feed', feed: 1, source: 'agile' } as const });
  const deps = { schedules: { list }, devices, tariffs: { get } };
  expect(forecastUsers(deps, 1, 'agile')).toEqual(['Night', 'Car', 'a schedule', 'the recording of carbon']);
  expect(forecastUsers(deps, 1, 'sun')).toEqual(['Other']);
  expect(forecastUsers(deps, 1, 'wind')).toEqual([]);
});
