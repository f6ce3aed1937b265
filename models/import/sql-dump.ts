import { StringDecoder } from 'node:string_decoder';
import { SqlTokens, type Token } from './sql-tokens.ts';

/** One row by column name; numbers come as they are written. */
export type DumpRow = Readonly<Record<string, string | null>>;

export type TakeRow = (table: string, row: DumpRow) => void;

/**
 * Hands over the rows of a database dump, however large: those of `INSERT` and `REPLACE` statements into a table that
 * `wanted` names, of which the columns are named there or in a `CREATE TABLE` before.
 */
export async function readDump(
  bytes: AsyncIterable<Buffer | string>,
  wanted: (table: string) => boolean,
  take: TakeRow,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const tokens = new SqlTokens();
  const statements = new Statements(wanted, take);
  for await (const piece of bytes) {
    const text = typeof piece === 'string' ? piece : decoder.write(piece);
    for (const token of tokens.push(text)) statements.next(token);
  }
  for (const token of tokens.push(decoder.end(), true)) statements.next(token);
}

type State = (token: Token) => State;

/** Reads statements token by token: each state takes one and names the state for the next. */
class Statements {
  readonly #wanted: (table: string) => boolean;
  readonly #take: TakeRow;
  readonly #columnsOf = new Map<string, string[]>();
  #state: State = (token) => this.#begin(token);
  #table = '';
  #columns: string[] = [];
  #values: (string | null)[] = [];
  #depth = 0;

  constructor(wanted: (table: string) => boolean, take: TakeRow) {
    this.#wanted = wanted;
    this.#take = take;
  }

  next(token: Token): void {
    this.#state = this.#state(token);
  }

  readonly #begin: State = (token) => {
    this.#table = '';
    this.#columns = [];
    if (isWord(token, 'INSERT') || isWord(token, 'REPLACE')) return this.#insertHead;
    if (isWord(token, 'CREATE')) return this.#createHead;
    return isSign(token, ';') ? this.#begin : this.#skip;
  };

  readonly #skip: State = (token) => (isSign(token, ';') ? this.#begin : this.#skip);

  readonly #insertHead: State = (token) => {
    if (isSign(token, ';')) return this.#begin;
    if (token.kind === 'word' && INSERT_WORDS.has(token.value.toUpperCase())) return this.#insertHead;
    if (isSign(token, '(')) return this.#columnNames;
    if (isWord(token, 'VALUES') || isWord(token, 'VALUE')) return this.#valuesBegin();
    this.#named(token);
    return this.#insertHead;
  };

  readonly #columnNames: State = (token) => {
    if (isSign(token, ')')) return this.#insertHead;
    if (token.kind !== 'sign') this.#columns.push(token.value);
    return this.#columnNames;
  };

  #valuesBegin(): State {
    if (!this.#wanted(this.#table)) return this.#skip;
    if (this.#columns.length === 0) this.#columns = this.#columnsOf.get(this.#table) ?? [];
    return this.#columns.length === 0 ? this.#skip : this.#rows;
  }

  readonly #rows: State = (token) => {
    if (isSign(token, ';')) return this.#begin;
    if (!isSign(token, '(')) return isSign(token, ',') ? this.#rows : this.#skip;
    this.#values = [];
    this.#depth = 0;
    return this.#row;
  };

  readonly #row: State = (token) => {
    if (isSign(token, ')')) {
      if (this.#depth === 0) return this.#rowEnd();
      this.#depth -= 1;
    } else if (isSign(token, '(')) this.#depth += 1;
    // `_binary 'x'`: the name of a character set before a text.
    else if (token.kind !== 'sign' && this.#depth === 0 && !(token.kind === 'word' && token.value.startsWith('_'))) {
      this.#values.push(isWord(token, 'NULL') ? null : token.value);
    }
    return this.#row;
  };

  #rowEnd(): State {
    if (this.#values.length === this.#columns.length) {
      this.#take(this.#table, Object.fromEntries(this.#columns.map((name, i) => [name, this.#values[i] ?? null])));
    }
    return this.#rows;
  }

  readonly #createHead: State = (token) => {
    if (isSign(token, ';')) return this.#begin;
    if (token.kind === 'word' && CREATE_WORDS.has(token.value.toUpperCase())) return this.#createHead;
    if (isSign(token, '(')) {
      this.#depth = 0;
      this.#columnsOf.set(this.#table, this.#columns);
      return this.#definition;
    }
    if (token.kind === 'word' && this.#table === '' && !/^\w+$/.test(token.value)) return this.#skip;
    this.#named(token);
    return this.#createHead;
  };

  /** The first word of a column's or key's definition. */
  readonly #definition: State = (token) => {
    if (isSign(token, ';')) return this.#begin;
    if (token.kind === 'name' || token.kind === 'text' || !KEY_WORDS.has(token.value.toUpperCase())) {
      this.#columns.push(token.value);
    }
    return this.#definitionRest;
  };

  readonly #definitionRest: State = (token) => {
    if (isSign(token, ';')) return this.#begin;
    if (isSign(token, '(')) this.#depth += 1;
    if (isSign(token, ')')) {
      if (this.#depth === 0) return this.#skip;
      this.#depth -= 1;
    }
    return this.#depth === 0 && isSign(token, ',') ? this.#definition : this.#definitionRest;
  };

  /** Of `database`.`table` the last part counts. */
  #named(token: Token): void {
    const parts = token.kind === 'word' ? token.value.split('.') : [token.value];
    this.#table = parts.at(-1) || this.#table;
  }
}

const INSERT_WORDS = new Set(['INTO', 'IGNORE', 'LOW_PRIORITY', 'HIGH_PRIORITY', 'DELAYED']);
const CREATE_WORDS = new Set(['TABLE', 'IF', 'NOT', 'EXISTS', 'TEMPORARY']);
const KEY_WORDS = new Set([
  'PRIMARY',
  'KEY',
  'UNIQUE',
  'INDEX',
  'CONSTRAINT',
  'FULLTEXT',
  'SPATIAL',
  'FOREIGN',
  'CHECK',
]);

function isSign(token: Token, sign: string): boolean {
  return token.kind === 'sign' && token.value === sign;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'word' && token.value.toUpperCase() === word;
}
