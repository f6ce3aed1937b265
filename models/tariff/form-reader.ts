/** The editor's fields as texts. Money is in the currency's main unit. */
export type TariffTexts = Readonly<Record<string, string>>;

/** Reads fields as typed, a comma or a point, and remembers the names of those that cannot be read. */
export class FormReader {
  readonly #texts: TariffTexts;
  readonly #wrong = new Set<string>();

  constructor(texts: TariffTexts) {
    this.#texts = texts;
  }

  get wrong(): string[] {
    return [...this.#wrong];
  }

  text(name: string): string {
    return this.#texts[name] ?? '';
  }

  has(name: string): boolean {
    return this.text(name) !== '';
  }

  refuse(name: string): void {
    this.#wrong.add(name);
  }

  /** Money as millionths. */
  money(name: string, least = -MOST): number {
    return this.number(name, MICRO, { least, most: MOST });
  }

  moneyOrNull(name: string, least = -MOST): number | null {
    return this.has(name) ? this.money(name, least) : null;
  }

  /** The number times `scale`, whole and within the bounds. */
  number(name: string, scale: number, { least, most }: { least: number; most: number }): number {
    const value = Math.round(Number(this.text(name).replace(',', '.')) * scale);
    if (this.has(name) && Number.isFinite(value) && value >= least && value <= most) return value;
    this.refuse(name);
    return least;
  }

  /** The text, where it has the form. */
  like(name: string, form: RegExp): string {
    const text = this.text(name);
    if (!form.test(text)) this.refuse(name);
    return text;
  }
}

/** Money as it is typed: "0.2485". */
export function decimal(micro: number): string {
  return String(micro / MICRO);
}

const MICRO = 1_000_000;
const MOST = 1_000_000_000;
