import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';

const secret = process.env.WEBHOOK_SECRET;

function verifyWebhookSignature(payload, signature, secret) {
  const expected = createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex');
  const given = Buffer.from(signature ?? '');
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

const app = express();

app.post('/webhook', express.json(), (req, res) => {
  if (!verifyWebhookSignature(req.body, req.get('x-sydx-signature'), secret)) {
    return res.status(401).json({ error: 'Invalid signature' });
  }

  // Answer first, work afterwards: there are 5 seconds.
  res.status(200).json({ received: true });
  console.log('Event:', req.body.event);
  console.log('Data:', req.body.data);
});

app.listen(process.env.PORT ?? 3000);
