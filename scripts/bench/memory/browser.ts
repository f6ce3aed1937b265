import { get } from 'node:http';

/** Reads `GET /live` as a browser does and hands over every value that moved; ends it when called. */
export function watchLive(http: string, key: string, moved: (value: number) => void): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const request = get(`${http}/live?apikey=${key}`, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`/live answered ${answer.statusCode}`));
      let rest = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) for (const value of valuesOf(line)) moved(value);
      });
      resolve(() => request.destroy());
    });
    request.on('error', reject);
  });
}

/** The inputs' values in one line of the stream. */
export function valuesOf(line: string): number[] {
  if (!line.startsWith('data: {')) return [];
  const { inputs = {} } = JSON.parse(line.slice(6)) as {
    inputs?: Record<string, [time: number, value: number | null]>;
  };
  return Object.values(inputs).flatMap(([, value]) => (value === null ? [] : [value]));
}
