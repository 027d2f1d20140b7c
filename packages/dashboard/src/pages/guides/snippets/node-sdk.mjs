import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { verify, WebhookVerificationError } from '@sydx/sdk';

const secret = process.env.WEBHOOK_SECRET;

const server = createServer(async (req, res) => {
  try {
    const event = verify(await buffer(req), req.headers, secret);
    // Answer first, work afterwards: there are 5 seconds.
    res.writeHead(200).end('{"received":true}');
    console.log(event.event, event.data);
  } catch (error) {
    res.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
  }
});

server.listen(process.env.PORT ?? 3000);
