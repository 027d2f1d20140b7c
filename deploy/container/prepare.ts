/**
 * A step of the image's build. npm runs no install scripts, so the links that PostgreSQL needs beside its
 * libraries are missing; where nobody may write, each new data directory would get a copy of it, 60 MB.
 */
import { openBinaries } from '../../packages/server/src/embedded/binaries.ts';

const { binDir, major, copied } = await openBinaries('/nonexistent', null);
if (copied !== null) throw new Error(`Not prepared: ${copied}`);
process.stdout.write(`PostgreSQL ${major} in ${binDir} runs.\n`);
