import { findReceiverProgram } from '../../../../../scripts/test-programs.ts';
import { type Block, blocksOf, DOCUMENTS, readDocument } from '../blocks.ts';
import { programOf } from './run.ts';

/** The rows of docs/engineers/verify.md, one for each block of code of the pages below it. */
export function writtenTable(): string[] {
  return DOCUMENTS.filter((file) => file.startsWith('docs/engineers/verify/'))
    .flatMap(blocksOf)
    .filter(({ language }) => language !== 'sh')
    .map(rowOf);
}

function rowOf(block: Block): string {
  const { file, mark } = block;
  const heading = headingOf(block);
  const anchor = heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
  const language = /^# Verifying signatures in (.*)$/m.exec(readDocument(file))?.[1] ?? '';
  const link = `[${language}: ${heading}](${file.replace('docs/engineers/', '')}#${anchor})`;
  return `| ${link} | ${checks(heading, mark)} | ${isRun(block)} |`;
}

/** The last heading before the block. */
function headingOf({ file, line }: Block): string {
  const before = readDocument(file).split('\n').slice(0, line).toReversed();
  return before.find((each) => each.startsWith('## '))?.slice(3) ?? '';
}

function checks(heading: string, mark: string): string {
  if (mark.includes('hex-only')) return '`X-Sydx-Signature`';
  return /standard-?webhooks/i.test(heading) ? '`webhook-signature`' : 'both';
}

function isRun(block: Block): string {
  const { mark } = block;
  if (mark.startsWith('not-run: ')) return `no: ${mark.slice('not-run: '.length)}`;
  const program = programOf(block);
  if (mark.includes('next')) return 'the handler, without Next.js';
  if (program === null) return 'yes';
  const packages = findReceiverProgram(program).debianPackage.split(' ');
  return `yes, with Debian's ${packages.map((each) => `\`${each}\``).join(' and ')}`;
}
