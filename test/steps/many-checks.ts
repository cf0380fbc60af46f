import { checksAt } from '../../src/checks/registry.ts';
import { repeat } from '../../src/checks/repeat.ts';
import { CLOCK } from '../../src/process/clock.ts';
import { inGroups } from '../../src/steps/in-groups.ts';
import { configOf, subjectOf, toolsIn } from '../checks/checks.ts';
import { frontAt } from '../proof/front.ts';

/** Runs many checks of a server as a process of its own, and prints how they ended and what memory they took. */

const [port = '', count = '', parallel = ''] = process.argv.slice(2);
const checks = Array.from({ length: Number(count) }, (_, index) => ({
  request: `GET /${index}`,
  expect: { body: { contains: `end of /${index}` } },
  timeout: '60s',
}));
const config = configOf({ checks, verify: { passes: 2, interval: '10ms', parallel: Number(parallel) } });
const { verify } = config;
const url = `http://127.0.0.1:${port}/`;
const release = { url, header: '', previewUrl: url, liveUrl: url, previous: '' };
const subject = subjectOf([frontAt(Number(port))], { release });
const signal = new AbortController().signal;
const ended = await inGroups(checksAt('preview', config, toolsIn()), verify.parallel, (check) =>
  repeat(check, subject, verify, CLOCK, signal),
);
const passed = ended.filter(({ result }) => result.passed).length;
console.log(JSON.stringify({ passed, megabytes: process.resourceUsage().maxRSS / 1_024 }));
