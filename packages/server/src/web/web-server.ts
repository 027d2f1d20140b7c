import type { FastifyInstance } from 'fastify';

/** What the dashboard's pages are registered on: Fastify, whatever types its routes elsewhere have. */
export type WebServer = Pick<FastifyInstance, 'register'>;
