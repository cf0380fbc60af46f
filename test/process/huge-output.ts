import { OutputLines } from '../../src/process/output-lines.ts';
import { runLine } from '../../src/process/tool.ts';
import { live } from '../memory.ts';

/**
 * Runs a line that writes 128 MB without a line feed, as a process of its own (`node --expose-gc`), and prints how that
 * ended and what memory it took, in megabytes: `live` is the most in use just after collecting garbage, `resident` the
 * peak of all.
 */

const [folder = ''] = process.argv.slice(2);
const environment = { PATH: process.env.PATH ?? '' };
const PIECES = 500;

async function run(bytes: number, onPiece: () => void) {
  const lines = new OutputLines(() => undefined);
  const onOutput = (...given: Parameters<OutputLines['add']>) => {
    lines.add(...given);
    onPiece();
  };
  const line = `head -c ${bytes} /dev/zero`;
  const status = await runLine({ line, folder, environment, onOutput }, new AbortController().signal);
  return { status, length: lines.end().length };
}

// What the first one loads is no part of it.
await run(1, () => undefined);
const before = { live: live(), resident: process.resourceUsage().maxRSS };
let most = 0;
let count = 0;
const ended = await run(128 * 1024 ** 2, () => {
  count += 1;
  if (count % PIECES === 0) most = Math.max(most, live());
});
const resident = (process.resourceUsage().maxRSS - before.resident) / 1_024;
console.log(JSON.stringify({ ...ended, live: most - before.live, resident }));
