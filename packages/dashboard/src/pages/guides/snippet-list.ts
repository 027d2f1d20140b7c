/**
 * The receivers shown to readers. Each is a real file in ./snippets, and a test sends it signed and
 * tampered deliveries. Code that needs the files' texts: snippets.ts.
 */
export interface SnippetEntry {
  readonly id: 'express' | 'node-sdk' | 'python' | 'php' | 'go' | 'ruby';
  readonly label: string;
  /** In ./snippets. */
  readonly file: string;
  /** What Markdown calls the language. */
  readonly language: string;
  /** How to install what it imports, where it imports anything. */
  readonly install?: string;
  /** How to run it. */
  readonly run: string;
}

export const SNIPPETS: readonly SnippetEntry[] = [
  {
    id: 'express',
    label: 'Express',
    file: 'express.mjs',
    language: 'js',
    install: 'npm install express',
    run: 'node express.mjs',
  },
  {
    id: 'node-sdk',
    label: 'Node + SDK',
    file: 'node-sdk.mjs',
    language: 'js',
    install: 'npm install @sydx/sdk',
    run: 'node node-sdk.mjs',
  },
  {
    id: 'python',
    label: 'Python',
    file: 'webhook.py',
    language: 'python',
    run: 'python3 webhook.py',
  },
  {
    id: 'php',
    label: 'PHP',
    file: 'webhook.php',
    language: 'php',
    run: 'php -S 0.0.0.0:3000 webhook.php',
  },
  { id: 'go', label: 'Go', file: 'webhook.go', language: 'go', run: 'go run webhook.go' },
  {
    id: 'ruby',
    label: 'Ruby',
    file: 'webhook.rb',
    language: 'ruby',
    install: 'gem install webrick',
    run: 'ruby webhook.rb',
  },
];

/** The variable that the files read; readers may want another name for a second webhook. */
export const SECRET_ENV_NAME = 'WEBHOOK_SECRET';
