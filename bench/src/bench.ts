import type { Load } from './load.ts';
import type { Product, ProductOptions } from './product.ts';
import type { Receiver } from './receiver.ts';
import type { Remote } from './remote.ts';
import type { Measure } from './result.ts';

/** What every row measures with. */
export interface Tools {
  receiver: Remote<Receiver>;
  /** Of the receiver, without a trailing slash. */
  receiverOrigin: string;
  load: Remote<Load>;
  seconds: number;
  warmUpSeconds: number;
  /** Starts a product beside the common one; who starts it stops it. */
  startProduct: (options?: ProductOptions) => Promise<Product>;
}

/** With the product that most rows share, whose one webhook leads to the receiver. */
export interface Bench extends Tools {
  product: Product;
}

/** A measure before its ratio to the ceiling is known. */
export type Figure = Omit<Measure, 'ratio'>;

/** One row: what `--only` names. Rates, in deliveries per second, are held against the ceiling. */
interface Named {
  name: string;
  description: string;
  /** Takes minutes, so it is left out unless `--full` or its name is given. */
  full?: true;
}

export interface SharingRow extends Named {
  measure: (bench: Bench) => Promise<Figure[]>;
}

/** Starts products of its own; the common one is stopped meanwhile, so that it disturbs nothing. */
export interface OwnRow extends Named {
  own: true;
  measure: (tools: Tools) => Promise<Figure[]>;
}

export type Row = SharingRow | OwnRow;

/** Unit of what is held against the ceiling. */
export const RATE = '/s';
