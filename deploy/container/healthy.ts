/**
 * Ends with 0 when the product in this container answers 200 at the path that is given, else with 1.
 * There is no curl in the image.
 */
const path = process.argv[2] ?? '/healthz';
const url = `http://127.0.0.1:${process.env['PORT'] || '8080'}${path}`;
try {
  const { status } = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  if (status !== 200) throw new Error(`It answers ${status}.`);
} catch (error) {
  const { cause = error } = error as Error;
  process.stderr.write(`${url}: ${String(cause)}\n`);
  process.exitCode = 1;
}
