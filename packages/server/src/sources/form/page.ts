import { hash } from 'node:crypto';
import type { HookAnswer } from '../hook-kind.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f8f9fa;
  color: #1a1b1e; font: 16px/1.5 system-ui, sans-serif; }
main { box-sizing: border-box; width: min(26rem, calc(100vw - 2rem)); padding: 2rem;
  background: #fff; border: 1px solid #dee2e6; border-radius: 12px; text-align: center; }
h1 { margin: 0 0 .5rem; font-size: 1.35rem; line-height: 1.3; }
p { margin: 0; color: #495057; }
p + p { margin-top: 1.25rem; }
a { color: #1864ab; }
@media (prefers-color-scheme: dark) {
  body { background: #141517; color: #e9ecef; }
  main { background: #1f2023; border-color: #373a40; }
  p { color: #adb5bd; }
  a { color: #74c0fc; }
}`;

/** Nothing runs and nothing is loaded; the one style is known by its hash. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageText {
  readonly title: string;
  readonly sentence: string;
  /** A page of the site that the form is on: one that the source's settings name. */
  readonly backTo?: string | undefined;
}

/** A small page for people whose browser posted a plain form. Nothing that was submitted is in it. */
export function page(status: number, { title, sentence, backTo }: PageText): HookAnswer {
  const back =
    backTo === undefined
      ? ''
      : `<p><a href="${escaped(backTo)}">Back to ${escaped(new URL(backTo).host)}</a></p>`;
  return {
    status,
    contentType: 'text/html; charset=utf-8',
    headers: { 'content-security-policy': POLICY },
    body:
      '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
      '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">' +
      `<title>${escaped(title)}</title><style>${STYLE}</style></head>` +
      `<body><main><h1>${escaped(title)}</h1><p>${escaped(sentence)}</p>${back}</main></body></html>`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
