import type { Load } from './load.ts';
import type { Product } from './product.ts';
import type { Receiver } from './receiver.ts';
import type { Remote } from './remote.ts';
import type { Measure } from './result.ts';

/** What a row measures with. */
export interface Bench {
  product: Product;
  receiver: Remote<Receiver>;
  load: Remote<Load>;
  seconds: number;
  warmUpSeconds: number;
}

/** A measure before its ratio to the ceiling is known. */
export type Figure = Omit<Measure, 'ratio'>;

/** One row: what `--only` names. Rates, in deliveries per second, are held against the ceiling. */
export interface Row {
  name: string;
  description: string;
  measure: (bench: Bench) => Promise<Figure[]>;
}

/** Unit of what is held against the ceiling. */
export const RATE = '/s';
