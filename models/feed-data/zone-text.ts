import { IANAZone } from 'luxon';

/** True for an IANA zone name. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** Local times as text. A zone's offset is asked for once per quarter of an hour, the finest step at which one changes. */
export class ZoneText {
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, number>();

  constructor(zone: string) {
    this.#zone = IANAZone.create(zone);
  }

  /** `2023-11-14T22:13:20+00:00` */
  iso(seconds: number): string {
    const offset = this.#offset(seconds);
    const minutes = Math.abs(offset) / 60;
    const sign = offset < 0 ? '-' : '+';
    return `${this.#local(seconds).slice(0, 19)}${sign}${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`;
  }

  /** `14/11/2023 22:13:20`, as a spreadsheet reads it. */
  excel(seconds: number): string {
    const text = this.#local(seconds);
    return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)} ${text.slice(11, 19)}`;
  }

  #local(seconds: number): string {
    return new Date((seconds + this.#offset(seconds)) * 1000).toISOString();
  }

  #offset(seconds: number): number {
    const quarter = Math.floor(seconds / 900);
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      if (this.#offsets.size > 100_000) this.#offsets.clear();
      offset = this.#zone.offset(quarter * 900_000) * 60;
      this.#offsets.set(quarter, offset);
    }
    return offset;
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
