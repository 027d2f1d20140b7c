import type { Command } from 'commander';
import type { ConnectionOptions } from './api-client.ts';

/** Options of every command that talks to a running server. */
export interface HttpOptions extends ConnectionOptions {
  readonly json?: boolean;
}

export interface PageOptions extends HttpOptions {
  readonly limit?: string;
  readonly cursor?: string;
}

/** Adds to a command where the server is, who calls, and how to print. */
export function overHttp(command: Command): Command {
  return command
    .option('--url <url>', 'the server (SYDX_URL; else PUBLIC_URL or http://127.0.0.1:8080)')
    .option('--api-key <key>', 'the key (SYDX_API_KEY; else the one that the first start wrote)')
    .option('--tenant <id>', 'act in this tenant, with an operator key')
    .option('--json', 'print JSON, for machines');
}

/** The same for a command that prints a page of a list. */
export function overHttpPaged(command: Command): Command {
  return overHttp(command)
    .option('--limit <number>', 'how many, 1 to 100 (50)')
    .option('--cursor <cursor>', 'go on where a page before ended');
}

/** @param lines whole command lines without `npx` */
export function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  npx ${line}`).join('\n')}\n`;
}
