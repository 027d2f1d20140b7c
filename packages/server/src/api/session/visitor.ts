import type { FastifyReply, FastifyRequest } from 'fastify';
import { readSessionCookie, sessionCookie } from '../../auth/session-cookie.ts';
import { addressOf } from '../../base/network.ts';
import type { OpenedSession, Visitor } from '../../auth/sign-in.ts';
import type { Session } from '@sydx/contract';
import type { ApiContext } from '../context.ts';
import { presentSession } from './presenter.ts';

/** Where somebody who is coming in comes from, and the session that the browser has until then. */
export function visitorOf(request: FastifyRequest, { publicUrl }: ApiContext): Visitor {
  return {
    address: addressOf(request),
    token: readSessionCookie(publicUrl(), request.headers.cookie),
  };
}

/** Hands the browser its cookie. @returns the session to answer with */
export async function letIn(
  reply: FastifyReply,
  context: ApiContext,
  { sessionId, token }: OpenedSession,
): Promise<Session> {
  // The browser's session before this one has just ended.
  context.auth.forget();
  void reply.header('set-cookie', sessionCookie(context.publicUrl(), token));
  return presentSession(context.database, sessionId);
}
