export const node = `// node server.mjs
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.WEBHOOK_SECRET;

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);

  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'));
  const received = Buffer.from(request.headers['x-sydx-signature'] ?? '');
  if (received.length !== expected.length || !timingSafeEqual(received, expected)) {
    response.writeHead(401).end('Invalid signature');
    return;
  }

  response.writeHead(200).end('ok'); // Answer at once, work afterwards.
  const { event, data } = JSON.parse(body);
  console.log(event, data);
}).listen(3000);
`;
