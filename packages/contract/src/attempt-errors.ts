/**
 * Why an attempt failed: stable code → what happened and what an admin does next. The sentences
 * follow the troubleshooting tables of the product document.
 */
export interface AttemptError {
  /** What happened, one sentence. */
  readonly summary: string;
  /** What the admin does next, one sentence. */
  readonly advice: string;
}

const registry = {
  timeout: {
    summary: 'No response within 5 seconds.',
    advice: 'Optimize your handler: answer 200 at once and process the data afterwards.',
  },
  dns_not_found: {
    summary: "The URL's host name does not exist.",
    advice: 'Verify that the webhook URL is correct.',
  },
  dns_failed: {
    summary: "The URL's host name could not be looked up.",
    advice: "Check your domain's DNS servers.",
  },
  connection_refused: {
    summary: 'Your server refused the connection.',
    advice: 'Check that it is running and listens on the port of the webhook URL.',
  },
  connection_reset: {
    summary: 'The connection was closed before a response arrived.',
    advice: 'Check the logs of your server and of any proxy before it.',
  },
  network_unreachable: {
    summary: 'Your server cannot be reached over the network.',
    advice: 'Verify that the webhook URL is accessible from the internet.',
  },
  tls_expired: {
    summary: "Your server's HTTPS certificate is expired or not valid yet.",
    advice: 'Renew the certificate.',
  },
  tls_self_signed: {
    summary: 'Your server uses a self-signed HTTPS certificate.',
    advice: 'Install one from a public certificate authority.',
  },
  tls_untrusted: {
    summary:
      "Your server's HTTPS certificate is not from a trusted authority, or its chain is cut.",
    advice: 'Install a valid certificate together with its intermediate certificates.',
  },
  tls_wrong_host: {
    summary: "Your server's HTTPS certificate is for another host name.",
    advice: 'Install a certificate for the host of the webhook URL, or correct the URL.',
  },
  tls_handshake_failed: {
    summary: 'No secure connection could be agreed with your server.',
    advice: 'Ensure that the port speaks HTTPS with TLS 1.2 or newer.',
  },
  address_refused: {
    summary: "The URL's host leads to a private or reserved address, so nothing was sent.",
    advice: 'Use an address that is public on the internet.',
  },
  proxy_unreachable: {
    summary: "The operator's egress proxy, which all deliveries go through, could not be reached.",
    advice: 'Tell the operator to check EGRESS_PROXY_URL and that the proxy runs.',
  },
  proxy_credentials_refused: {
    summary: "The operator's egress proxy did not accept our user name and password.",
    advice: 'Tell the operator to correct them in EGRESS_PROXY_URL.',
  },
  proxy_refused: {
    summary: "The operator's egress proxy refused to connect to your server.",
    advice: "Ask the operator to allow your server's address and port in the proxy.",
  },
  proxy_cannot_connect: {
    summary: "The operator's egress proxy could not connect to your server.",
    advice: 'Check that your server is running and reachable; if it is, tell the operator.',
  },
  proxy_timeout: {
    summary: "The operator's egress proxy did not connect to your server in time.",
    advice: 'Check that your server is running and reachable; if it is, tell the operator.',
  },
  proxy_failed: {
    summary: "The operator's egress proxy broke off or answered something that is not HTTP.",
    advice: 'Tell the operator to check EGRESS_PROXY_URL and the log of the proxy.',
  },
  not_http: {
    summary: 'Your server answered something that is not HTTP.',
    advice: 'Verify the port of the webhook URL and check your server.',
  },
  response_headers_too_large: {
    summary: "Your server's response headers are too large.",
    advice: 'Answer with fewer or shorter headers.',
  },
  status_1xx: {
    summary: 'Your server answered with an interim status instead of a final one.',
    advice: 'Answer with a 2xx status.',
  },
  status_3xx: {
    summary: 'Your server answered with a redirect, and redirects are never followed.',
    advice: 'Enter the final address as the webhook URL.',
  },
  status_401: {
    summary: 'Unauthorized: your server rejected the request.',
    advice: 'Check your signature verification logic and that it uses the present secret.',
  },
  status_403: {
    summary: 'Forbidden: your server or a firewall before it rejected the request.',
    advice: 'Check your signature verification logic and let the User-Agent SydxAI-Webhook/1.0 in.',
  },
  status_404: {
    summary: 'URL not found.',
    advice: 'Verify that the webhook URL is correct and, in n8n, that the workflow is active.',
  },
  status_405: {
    summary: 'Your server does not accept POST at this URL.',
    advice: 'Set the HTTP method of the endpoint to POST.',
  },
  status_410: {
    summary: 'Your server says that this URL is gone for good.',
    advice: 'Enter a new webhook URL, or delete the webhook.',
  },
  status_413: {
    summary: 'Your server refused the body as too large.',
    advice: 'Let it accept bodies of at least 96 KiB.',
  },
  status_429: {
    summary: 'Your server is receiving more than it takes.',
    advice: 'Raise its rate limit, or select fewer events.',
  },
  status_4xx: {
    summary: 'Your server rejected the request.',
    advice: 'The response body below may say why; check your handler.',
  },
  status_5xx: {
    summary: 'Server error.',
    advice: 'Check your server logs.',
  },
  status_invalid: {
    summary: 'Your server answered with a status code that does not exist.',
    advice: 'Answer with a 2xx status.',
  },
  secret_unreadable: {
    summary: 'The secret of this webhook could not be opened, so nothing could be signed.',
    advice: 'Tell the operator to check SECRETS_KEY, or rotate the secret.',
  },
  worker_lost: {
    summary: 'The nodes that were sending this stopped five times before the outcome was known.',
    advice: 'Redeliver it; your server may have received it already, so compare webhook-id.',
  },
  interrupted: {
    summary: 'Sending was interrupted before the outcome was known.',
    advice: 'Press Test again.',
  },
  webhook_deleted: {
    summary: 'The webhook was deleted before this was delivered.',
    advice: 'Nothing is left to do.',
  },
  webhook_disabled: {
    summary: 'The webhook was disabled before this was delivered.',
    advice: 'Enable the webhook and replay what was cancelled.',
  },
  internal: {
    summary: 'An error on our side kept this from being sent.',
    advice: 'Redeliver it; if it fails again, report the delivery id.',
  },
} as const satisfies Record<string, AttemptError>;

export type AttemptErrorCode = keyof typeof registry;

export const ATTEMPT_ERRORS: Readonly<Record<AttemptErrorCode, AttemptError>> =
  Object.freeze(registry);

/** The sentence that people read: what happened and what to do next. */
export function attemptErrorMessage(code: AttemptErrorCode): string {
  const { summary, advice } = ATTEMPT_ERRORS[code];
  return `${summary} ${advice}`;
}

/**
 * Sorts a response status: null for 2xx, which is success, else the error that it means. Takes
 * anything that a hostile receiver may send, 000 and 999 too.
 */
export function attemptErrorForStatus(status: number): AttemptErrorCode | null {
  if (status >= 200 && status <= 299) return null;
  const own = `status_${status}`;
  if (Object.hasOwn(ATTEMPT_ERRORS, own)) return own as AttemptErrorCode;
  if (status >= 100 && status <= 199) return 'status_1xx';
  if (status >= 300 && status <= 399) return 'status_3xx';
  if (status >= 400 && status <= 499) return 'status_4xx';
  if (status >= 500 && status <= 599) return 'status_5xx';
  return 'status_invalid';
}
