import { readFileSync } from 'node:fs';
import { Machine, type Product } from '../cli/product.ts';
import { type ApiAccess, callApi } from '../kit/call-api.ts';

/** The product as the README starts it, with its demo, for everything that the documents tell to do. */
export interface DocumentedProduct extends ApiAccess {
  readonly machine: Machine;
  readonly process: Product;
  readonly operatorKey: string;
  call<T>(method: string, path: string, body?: object): Promise<T>;
}

/** @param env settings beside those of a first start */
export async function startDocumentedProduct(
  env: Readonly<Record<string, string>> = {},
): Promise<DocumentedProduct> {
  const machine = await Machine.make();
  const process = machine.run(['start', '--demo'], {
    DATA_DIR: machine.path('data'),
    ...env,
  });
  const [, url = ''] = await process.said(/runs at (\S+)/);
  await process.said(/as they arrive:/);
  const kept = readFileSync(machine.path('data', 'first-run.env'), 'utf8');
  const keyOf = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(kept)?.[1] ?? '';
  const apiKey = keyOf('BOOTSTRAP_API_KEY');
  return {
    machine,
    process,
    url,
    apiKey,
    operatorKey: keyOf('OPERATOR_API_KEY'),
    call: (method, path, body) => callApi({ url, apiKey }, method, path, body),
  };
}

/** Ends it in order; whatever still runs is ended by force. */
export async function stopDocumentedProduct({
  machine,
  process,
}: DocumentedProduct): Promise<void> {
  process.child.kill('SIGTERM');
  await process.ended();
  await machine.clear();
}
