// oxlint-disable import/default -- ?raw is Vite's: it gives the file's text.
import { SECRET_ENV_NAME, type SnippetEntry } from './snippet-list.ts';
import express from './snippets/express.mjs?raw';
import nodeSdk from './snippets/node-sdk.mjs?raw';
import go from './snippets/webhook.go?raw';
import php from './snippets/webhook.php?raw';
import python from './snippets/webhook.py?raw';
import ruby from './snippets/webhook.rb?raw';

const TEXTS: Readonly<Record<SnippetEntry['id'], string>> = {
  express,
  'node-sdk': nodeSdk,
  python,
  php,
  go,
  ruby,
};

/** The text of a snippet that reads its secret from this environment variable. */
export function snippetText(id: SnippetEntry['id'], secretEnvName: string): string {
  return TEXTS[id].trimEnd().replaceAll(SECRET_ENV_NAME, secretEnvName);
}
