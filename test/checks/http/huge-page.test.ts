import { expect, test } from 'vitest';
import { boundsOf } from '../../../src/checks/http/bounds.ts';
import { checkPage } from '../../../src/checks/http/page.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { Backend } from '../../proof/backend.ts';
import { subjectOf } from '../checks.ts';

/** A page that names more than is looked at. */

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
