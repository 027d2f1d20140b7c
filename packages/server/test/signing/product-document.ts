import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

/** The product document's "How to Verify (Node.js Example)", word for word. */
export const EXAMPLE = readFileSync(
  join(import.meta.dirname, 'product-document-example.txt'),
  'utf8',
);

/** The secret that stands in the example. */
export const EXAMPLE_SECRET = 'whsec_your_secret_here';

/** The document itself, which stands beside the repository as the fixtures do. */
export const DOCUMENT_PATH = join(
  import.meta.dirname,
  '../../../../../shared/spec/outbound-webhooks-pro.txt',
);

const require = createRequire(import.meta.url);

/** An Express application with express.json() and the whole example mounted, as a reader would do it. */
export function exampleApp() {
  const express = require('express');
  const app = express();
  app.use(express.json());
  compileFunction(EXAMPLE, ['require', 'app', 'console'])(require, app, { log: () => undefined });
  return app;
}

/** The example's verifyWebhookSignature, to hold many bodies against. */
export const verifyWebhookSignature: (
  payload: unknown,
  signature: string | undefined,
  secret: string,
) => boolean = compileFunction(
  `${EXAMPLE.split('// In your webhook handler:')[0]}\nreturn verifyWebhookSignature;`,
  ['require'],
)(require);
