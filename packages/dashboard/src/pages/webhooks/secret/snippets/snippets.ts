/** Whole receivers that run as they stand. Each reads the secret from SECRET_VARIABLE. */
import { go } from './go.ts';
import { java } from './java.ts';
import { node } from './node.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';

export interface Snippet {
  readonly language: string;
  readonly file: string;
  readonly code: string;
}

export const SECRET_VARIABLE = 'WEBHOOK_SECRET';

export const SNIPPETS = [
  { language: 'Node.js', file: 'server.mjs', code: node },
  { language: 'Python', file: 'server.py', code: python },
  { language: 'PHP', file: 'webhook.php', code: php },
  { language: 'Go', file: 'main.go', code: go },
  { language: 'Ruby', file: 'server.rb', code: ruby },
  { language: 'Java', file: 'Server.java', code: java },
] as const satisfies readonly Snippet[];
