// What the page tells the grid, and what rows look like on their way.

export interface ColumnFacts {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly width: number;
  readonly sort: boolean;
  readonly edit: boolean;
  readonly why?: string;
  readonly help?: string;
  readonly choices?: readonly (readonly string[])[];
  readonly names?: string;
}

export interface Facts {
  readonly sheet: number;
  readonly query: string;
  readonly columns: readonly ColumnFacts[];
  readonly freeze: number;
  readonly sort: readonly (readonly [string, boolean])[];
  readonly next: string | null;
  readonly first: boolean;
  readonly since: number;
  readonly csrf: string;
  readonly nonce: string;
  readonly exports: boolean; // whether this person may take rows away
  readonly urls: Readonly<Record<string, string>>;
}

export interface Row {
  readonly id: number;
  version: number;
  hue: string;
  pictures: Readonly<Record<string, string>>;
  cells: string[];
  gone?: boolean;
}

/** A row as the server writes it: id, version, hue, pictures, then a text a column. */
export type WireRow = [number, number, string, Record<string, string>, ...string[]];

export interface WireBlock {
  readonly rows: readonly WireRow[];
  readonly next: string | null;
}

export interface WireAnchors {
  readonly total: number;
  readonly every: number;
  readonly cursors: readonly string[];
}

export interface WireChanges {
  readonly since: number;
  readonly rows: readonly WireRow[];
  readonly gone: readonly number[];
  readonly more: boolean;
  readonly who: Readonly<Record<string, Readonly<Record<string, string>>>>; // by row and field
}

export function readRow(wire: WireRow): Row {
  const [id, version, hue, pictures, ...cells] = wire;
  return { id, version, hue, pictures, cells };
}

/** A rectangle of cells, both ends included. */
export interface Area {
  top: number;
  bottom: number;
  left: number;
  right: number;
}
