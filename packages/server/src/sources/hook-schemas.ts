import { ProblemDocument } from '@sydx/contract';
import { z } from 'zod';

/** What the path of a source's URL holds. */
export const HookParams = z.object({ sourceId: z.string() });
export type HookParams = z.output<typeof HookParams>;

const text = { schema: z.string() };

/** What a script that posts a form is told. */
const FormReceived = z
  .object({
    received: z.literal(true),
    redirectUrl: z.string().optional().meta({ description: "The source's, where it has one" }),
  })
  .meta({ id: 'FormReceived' });

const refused = {
  description:
    'A problem document: its code is one of the registry at /docs/errors; a page for browsers with a form',
  content: { 'application/problem+json': { schema: ProblemDocument }, 'text/html': text },
};

export const GET_SCHEMA = {
  tags: ['Sources'],
  operationId: 'verifySource',
  summary: "Meta's check that the URL is ours: answers hub.challenge to who knows the verify token",
  params: HookParams,
  response: {
    200: { description: 'Done', content: { 'text/plain': text } },
    default: refused,
  },
};

export const POST_SCHEMA = {
  tags: ['Sources'],
  operationId: 'receiveFromSource',
  summary: 'Takes what the sending side sent; needs no API key. 200 means committed to disk',
  description:
    'Meta signs its notifications. A form is urlencoded, multipart without files or JSON, from an ' +
    "origin of the source's allowedOrigins; browsers that leave their page for the answer get a page " +
    'or a redirect.',
  params: HookParams,
  response: {
    200: {
      description: 'Done',
      content: {
        'text/plain': text,
        'application/json': { schema: FormReceived },
        'text/html': text,
      },
    },
    303: {
      description: "A plain form was taken: on to the source's redirectUrl",
      content: { 'text/plain': text },
    },
    default: refused,
  },
};
