import { attemptAt } from '../../../src/checks/check.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { present } from '../../core/support.ts';
import { live } from '../../memory.ts';
import { frontAt } from '../../proof/front.ts';
import { checkOf, subjectOf } from '../checks.ts';

/**
 * Attempts a check of a server as a process of its own (`node --expose-gc`), and prints how that ended and what memory
 * it took, in megabytes: `live` is what was in use just after collecting garbage, `resident` is the peak of all.
 */

const [port = '', given = ''] = process.argv.slice(2);
const { small, huge } = JSON.parse(given) as { small: object; huge: object };
const endpoint = frontAt(Number(port));
const never = new AbortController().signal;

function attempt(check: object) {
  const [target] = checkOf(check).targets(subjectOf([endpoint]));
  return attemptAt(present(target), CLOCK, never);
}

// What the first request loads is no part of it.
await attempt(small);
const before = { live: live(), resident: process.resourceUsage().maxRSS };
let most = 0;
const sampling = setInterval(() => {
  most = Math.max(most, live());
}, 100);
const ended = await attempt(huge);
most = Math.max(most, live());
clearInterval(sampling);
const resident = (process.resourceUsage().maxRSS - before.resident) / 1_024;
console.log(JSON.stringify({ ended, live: most - before.live, resident }));
