/**
 * Calls the POST of a route handler with each request, as Next.js does: `node next-route.ts FILE`, which
 * listens on PORT. Without Next.js: the handler imports nothing of it, and its packages are large.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

interface Route {
  POST: (request: Request) => Promise<Response>;
}

const { POST } = (await import(pathToFileURL(process.argv[2] ?? '').href)) as Route;

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
  const url = new URL(req.url ?? '/', 'http://127.0.0.1');
  // The type of the platform's own does not know the half-duplex that a stream needs.
  const init = { method: 'POST', headers, body: Readable.toWeb(req), duplex: 'half' };
  const response = await POST(new Request(url, init as unknown as RequestInit));
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(Buffer.from(await response.arrayBuffer()));
}

createServer((req, res) => {
  answer(req, res).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    res.destroy();
  });
}).listen(Number(process.env['PORT']), '127.0.0.1');
