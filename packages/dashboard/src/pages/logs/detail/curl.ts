import type { DeliveryDetail } from '@sydx/contract';

/** Made anew by the command itself: they depend on the secret and on the present second. */
const COMPUTED = new Set(['x-sydx-signature', 'webhook-timestamp', 'webhook-signature']);

/**
 * The request as a command for a shell with curl and openssl, signed both ways with
 * `$WEBHOOK_SECRET`, so that the receiver accepts it and the secret is in no history. All of it runs
 * in a subshell: nothing stays behind, and it stops when the secret is missing.
 *
 * @param payload the exact body
 */
export function curlCommand({ request }: Pick<DeliveryDetail, 'request'>, payload: string): string {
  const headers = Object.entries(request.headers);
  const id = headers.find(([name]) => name.toLowerCase() === 'webhook-id')?.[1] ?? '';
  const kept = headers
    .filter(([name]) => !COMPUTED.has(name.toLowerCase()))
    .map(([name, value]) => `  -H ${quote(`${name}: ${value}`)} \\`);
  return [
    '(',
    `: "\${WEBHOOK_SECRET:?Set it first: export WEBHOOK_SECRET=whsec_...}"`,
    `BODY=${quote(payload)}`,
    'NOW=$(date +%s)',
    `SYDX=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$WEBHOOK_SECRET" -r | cut -d ' ' -f 1)`,
    `KEY=$(printf %s "\${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')`,
    `STANDARD=$(printf %s ${quote(`${id}.`)}"$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$KEY" -binary | openssl base64 -A)`,
    `curl -i --globoff ${quote(request.url)} \\`,
    ...kept,
    '  -H "X-Sydx-Signature: $SYDX" \\',
    '  -H "webhook-timestamp: $NOW" \\',
    '  -H "webhook-signature: v1,$STANDARD" \\',
    '  --data-binary "$BODY"',
    ')',
  ].join('\n');
}

/** Single quotes keep everything from the shell but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
