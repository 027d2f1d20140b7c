import { ATTEMPT_ERRORS, PROBLEMS } from '@sydx/contract';
import type { RegisterRoutes } from '../context.ts';

/** What the `type` of a problem document links to: every code, what it means, what to do next. */
export const registerErrorsPage: RegisterRoutes = (app) => {
  const page = render();
  app.get('/docs/errors', { schema: { hide: true } }, (_request, reply) =>
    reply
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
      )
      .type('text/html')
      .send(page),
  );
};

function render(): string {
  const problems = Object.entries(PROBLEMS).map(([code, { status, title, hint }]) =>
    row(code, [String(status), title, hint]),
  );
  const attempts = Object.entries(ATTEMPT_ERRORS).map(([code, { summary, advice }]) =>
    row(`attempt-${code}`, [summary, advice], code),
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Errors · Sydx AI Outbound Webhooks</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-top: 1px solid #ddd; }
  :target { background: #fff3c4; }
</style>
<h1>Errors of the API</h1>
<p>Every error is a problem document (RFC 9457). <code>code</code> never changes; <a href="/docs/">all routes</a>.</p>
<table><tr><th>code<th>status<th>meaning<th>what to do
${problems.join('\n')}
</table>
<h1>Errors of attempts</h1>
<table><tr><th>code<th>meaning<th>what to do
${attempts.join('\n')}
</table>
</html>`;
}

function row(id: string, cells: readonly string[], shown = id): string {
  const rest = cells.map((cell) => `<td>${escape(cell)}`).join('');
  return `<tr id="${escape(id)}"><td><code>${escape(shown)}</code>${rest}`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
