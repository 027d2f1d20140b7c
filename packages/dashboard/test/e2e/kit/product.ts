import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { createDatabase, type TestDatabase } from '../../../../server/test/kit/database.ts';
import { launchProduct, type Product } from './launch-product.ts';

export { ADMIN, type Product } from './launch-product.ts';

/** One product for a test file, on a database of its own. */
export function useProduct(env?: Readonly<Record<string, string>>): { readonly current: Product } {
  let database: TestDatabase | undefined;
  let product: Product | undefined;
  beforeAll(async () => {
    database = await createDatabase();
    product = await launchProduct({
      DATABASE_URL: database.url,
      SECRETS_KEY: randomBytes(32).toString('base64'),
      ...env,
    });
  });
  afterAll(async () => {
    await product?.close();
    await database?.drop();
  });
  return {
    get current() {
      if (product === undefined) throw new Error('The product did not start.');
      return product;
    },
  };
}
