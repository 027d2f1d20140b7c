/**
 * The receivers' process: an HTTPS server for each webhook. Each verifies what arrives, writes it
 * down, and answers by its mood.
 */
import { answerParent } from '@sydx/bench/src/remote.ts';
import type { ServerCertificate } from '@sydx/server/test/kit/certificates.ts';
import { openSync, writeSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Cut, Front } from './front.ts';
import type { JournalLine, Signed } from './journal.ts';
import { secretOf } from './verify.ts';

/** How a receiver answers. `reset` and `silent` come before TLS, the rest after the request. */
export type Mood = 'well' | 'fails' | 'hangs' | 'breaks off' | Cut;

interface Receiver {
  readonly front: Front;
  readonly secrets: string[];
  readonly slowMs: number;
  mood: Mood;
}

const receivers = new Map<string, Receiver>();
let journal = -1;
let requests = 0;

function write(line: JournalLine): void {
  writeSync(journal, `${JSON.stringify(line)}\n`);
}

function take(name: string, receiver: Receiver, request: IncomingMessage, body: string): number {
  requests += 1;
  const header = (wanted: string): string => String(request.headers[wanted]);
  const signed: Signed = {
    body,
    hex: header('x-sydx-signature'),
    standard: header('webhook-signature'),
    id: header('webhook-id'),
    signedAt: header('webhook-timestamp'),
  };
  const secret = secretOf(receiver.secrets, signed);
  const { data } = JSON.parse(body) as { data: { number: number } };
  write({
    k: 'seen',
    request: requests,
    receiver: name,
    at: Date.now(),
    from: request.socket.remoteAddress ?? '',
    eventId: signed.id,
    deliveryId: header('x-sydx-delivery'),
    attempt: Number(header('x-sydx-attempt')),
    signedAt: Number(signed.signedAt),
    number: data.number,
    decided: DECISIONS[receiver.mood],
    secret,
    ...(secret === null && { unverified: signed }),
  });
  return requests;
}

/** Those before TLS lose what is still on its way. */
const DECISIONS: Readonly<Record<Mood, number | null>> = {
  well: 200,
  fails: 500,
  hangs: null,
  'breaks off': null,
  reset: null,
  silent: null,
};

function answer(mood: Mood, number: number, response: ServerResponse): void {
  if (mood === 'breaks off') response.destroy();
  const status = DECISIONS[mood];
  if (status === null) return;
  response.statusCode = status;
  response.once('finish', () => {
    write({ k: 'answered', request: number, status: response.statusCode, at: Date.now() });
  });
  response.end();
}

function serve(name: string, certificate: ServerCertificate): Server {
  return createServer({ ...certificate, keepAliveTimeout: 30_000 }, (request, response) => {
    const chunks: Buffer[] = [];
    response.on('error', () => response.destroy());
    request.on('error', () => request.destroy());
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const receiver = receivers.get(name);
      if (receiver === undefined || receiver.front.loses(request.socket.remoteAddress)) return;
      const number = take(name, receiver, request, Buffer.concat(chunks).toString('utf8'));
      const { mood, slowMs } = receiver;
      setTimeout(() => answer(mood, number, response), Math.random() * slowMs);
    });
  });
}

const handlers = {
  /** @returns the port of each */
  listen: async (options: {
    wanted: readonly { name: string; slowMs: number }[];
    certificate: ServerCertificate;
    journalPath: string;
  }): Promise<number[]> => {
    journal = openSync(options.journalPath, 'a');
    const ports: number[] = [];
    for (const { name, slowMs } of options.wanted) {
      const front = new Front(serve(name, options.certificate));
      receivers.set(name, { front, secrets: [], slowMs, mood: 'well' });
      await new Promise<void>((resolve) => front.server.listen(0, '127.0.0.1', resolve));
      ports.push((front.server.address() as AddressInfo).port);
    }
    return ports;
  },
  /** @returns how many secrets this receiver knows now */
  learnSecret: ({ name, secret }: { name: string; secret: string }): number =>
    receivers.get(name)?.secrets.push(secret) ?? 0,
  setMood: ({ name, mood }: { name: string; mood: Mood }): void => {
    const receiver = receivers.get(name);
    if (receiver === undefined) return;
    const was = receiver.mood;
    receiver.mood = mood;
    const isCut = mood === 'reset' || mood === 'silent';
    if (isCut || was === 'reset' || was === 'silent') receiver.front.cut('*', isCut ? mood : null);
  },
  /** Cuts off one node, or lets it in again. */
  cut: ({ from, how }: { from: string; how: Cut | null }): void => {
    for (const { front } of receivers.values()) front.cut(from, how);
  },
};

export type Receivers = typeof handlers;

answerParent(handlers);
