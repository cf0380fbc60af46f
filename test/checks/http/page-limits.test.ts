import { expect, test } from 'vitest';
import { boundsOf } from '../../../src/checks/http/bounds.ts';
import { checkPage } from '../../../src/checks/http/page.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { only } from '../../core/support.ts';
import { Backend } from '../../proof/backend.ts';
import { checkOf, subjectOf, V2 } from '../checks.ts';

/** Pages of which not all assets are requested. */

test('a page whose assets are not all looked at does not pass', async () => {
  const { front: endpoint } = await Backend.start((response) => void response.end());
  const body = Array.from({ length: 5_001 }, (_, index) => `<script src=//cdn.test/${index}></script>`).join('');
  const answer = { status: 200, headers: { 'content-type': 'text/html' }, body, ms: 1 };
  const hop = { method: 'GET', path: '/', hasBody: false, cookies: new Map() };
  const send = () => Promise.reject(new Error('nothing is requested'));
  const result = await checkPage(
    { answer, hop, bounds: boundsOf(endpoint), timeout: 5_000 },
    { subject: subjectOf([endpoint]), endpoint, clock: CLOCK, send },
    AbortSignal.timeout(20_000),
  );
  const reason = 'the page names 5000 assets or more, and no others are looked at';
  expect(result).toEqual({ fault: { reason }, who: 'bad' });
});

test.each([
  [{}, true],
  [{ bake: true }, false],
])('in the bake, assets are requested only if the check says so: %j', async (given, passed) => {
  const { front } = await Backend.start((response, { url }) => {
    response
      .writeHead(url === '/' ? 200 : 404, { 'content-type': 'text/html' })
      .end('<script src=missing.js></script>');
  });
  const check = checkOf({ request: 'GET /', page: true, timeout: '60s', ...given }, 'bake');
  const targets = check.targets(subjectOf([front], { release: { ...V2, since: 0 } }));
  expect(await only(targets).attempt(AbortSignal.timeout(60_000))).toMatchObject({ passed });
});
