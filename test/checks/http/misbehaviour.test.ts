import { describe, expect, test } from 'vitest';
import { bake } from '../../../src/checks/bake.ts';
import { checksAt } from '../../../src/checks/registry.ts';
import { measure, versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import { only } from '../../core/support.ts';
import { Backend } from '../../proof/backend.ts';
import { Authority } from '../../proof/certificates.ts';
import { MISBEHAVIOURS, type Misbehaviour } from '../../proof/misbehaviours.ts';
import { checkOf, configOf, subjectOf, toolsIn } from '../checks.ts';

/** Every way in which a server may misbehave, over real sockets: what one attempt says, and what a bake concludes. */

const CHECK = {
  request: 'GET /',
  follow: true,
  expect: { headers: { 'content-type': 'application/json' }, body: { json: { '$.status': 'ok' } } },
};
const PAGE = { request: 'GET /', page: true };
/** Those that never end are waited for briefly. */
const BRIEF = '300ms';
const config = (check: object) => configOf({ checks: [check], identity: { header: 'x-revision' } });
/** Where answers name their version to the check. */
const NAMED: readonly Misbehaviour[] = ['blue, 1 in 50', 'script of blue'];

interface Row {
  readonly passes?: true;
  readonly reason?: RegExp;
  readonly bake: string;
  readonly timeout?: string;
  readonly check?: object;
}
const v1 = { status: 200, headers: { 'x-revision': 'v1' }, body: '' };

describe.concurrent.each<[Misbehaviour, string, Row]>([
  ['nothing', '', { passes: true, bake: 'proven' }],
  ['wrong status', '', { reason: /^status 500; expected 2xx$/, bake: 'bad' }],
  ['wrong header', '', { reason: /^header content-type is "text\/html"; expected "application\/json"$/, bake: 'bad' }],
  ['slow', '', { reason: /^no complete answer within 300 ms, although the proxy/, bake: 'bad', timeout: BRIEF }],
  ['truncated body', '', { reason: /^(aborted|the answer ended in the middle), although the proxy/, bake: 'bad' }],
  ['invalid JSON', '', { reason: /^the body is not JSON: /, bake: 'bad' }],
  ['another value in JSON', '', { reason: /^\$\.status is "degraded"; expected "ok"$/, bake: 'bad' }],
  ['redirect loop', '/green', { reason: /^status 302 redirects to .*: the redirects go in a circle$/, bake: 'bad' }],
  [
    'redirect to blue',
    '/green',
    { reason: /^status 302 redirects to http:\/\/example\.test\/login, which leaves the preview below /, bake: 'bad' },
  ],
  [
    'redirect to another host',
    '',
    { reason: /^status 302 redirects to https:\/\/sso\.test\/, which is not on http:\/\/example\.test$/, bake: 'bad' },
  ],
  ['closed connection', '', { reason: /^socket hang up, although the proxy itself answers$/, bake: 'bad' }],
  ['no HTTP', '', { reason: /^Parse Error: .*, although the proxy itself answers$/, bake: 'bad' }],
  ['blue, 1 in 50', '', { passes: true, bake: 'lagging' }],
  ['error page with 200', '', { reason: /^the body is not JSON: /, bake: 'bad' }],
  ['gzip garbage', '', { reason: /^incorrect header check, although the proxy/, bake: 'bad' }],
  ['gzip that nobody asked for', '', { passes: true, bake: 'proven' }],
  ['endless body', '', { reason: /^no complete answer within 300 ms, although/, bake: 'bad', timeout: BRIEF }],
  ['page and script', '/green', { passes: true, bake: 'proven', check: PAGE }],
  [
    'invalid JSON',
    '',
    { reason: /^the answer is no page: content-type is application\/json$/, bake: 'bad', check: PAGE },
  ],
  [
    'script missing',
    '/green',
    { reason: /^1 of 1 asset of the page fails: \/green\/app\.js \(script\): status 404$/, bake: 'bad', check: PAGE },
  ],
  [
    'script that is a page',
    '',
    { reason: /: content-type is "text\/html; charset=utf-8"; expected JavaScript$/, bake: 'bad', check: PAGE },
  ],
  ['script of blue', '', { reason: /: not answered by v2: header x-revision is v1$/, bake: 'lagging', check: PAGE }],
  ['endless script', '', { reason: /: the body is longer than 16 MiB, although the proxy/, bake: 'bad', check: PAGE }],
  [
    'truncated script',
    '',
    { reason: /\): (aborted|the answer ended in the middle), although/, bake: 'bad', check: PAGE },
  ],
  [
    'script from the root',
    '/green',
    {
      reason: /: \/app\.js \(script\): a browser gets the live version's, since it does not begin with \/green$/,
      bake: 'bad',
      check: PAGE,
    },
  ],
])(
  'a server with %s',
  (misbehaviour, prefix, { passes = false, reason, bake: verdict, timeout = '20s', check: said = CHECK }) => {
    const named = NAMED.includes(misbehaviour) ? ({ header: 'x-revision', path: '/' } as const) : undefined;

    test('one attempt', async () => {
      const { front } = await Backend.start(MISBEHAVIOURS[misbehaviour]);
      const check = checkOf({ ...said, timeout });
      const subject = subjectOf([{ ...front, prefix }], { identity: named });
      const attempt = await only(check.targets(subject)).attempt(AbortSignal.timeout(60_000));
      expect(attempt.passed, JSON.stringify(attempt)).toBe(passes);
      if (!attempt.passed) expect(attempt.reason).toMatch(reason ?? /^$/);
    });

    test('a bake', async () => {
      const { front } = await Backend.start(MISBEHAVIOURS[misbehaviour]);
      const checked = config({ ...said, timeout });
      const versionProbe = versionProbeFor(checked, 'v2', { other: measure(checked.identity, 'v1', '/', [v1]) });
      const request = {
        checks: checksAt('bake', checked, toolsIn()),
        subject: subjectOf([{ ...front, prefix }], { identity: named, ...(named && { versionProbe }) }),
        clock: CLOCK,
        end: CLOCK.now() + 120_000,
      };
      // One in fifty is found among a hundred; what always happens, in a few attempts.
      const lasts = misbehaviour === 'blue, 1 in 50' ? 2_000 : 300;
      const result = await bake({ for: lasts, every: 20, errors: 0.01 }, request, AbortSignal.timeout(120_000));
      expect(result.verdict, JSON.stringify(result)).toBe(verdict);
    });
  },
);

test('a certificate of another name is no way to the application; with the right name and CA it is', async () => {
  const authority = new Authority('Test');
  const { front } = await Backend.start(MISBEHAVIOURS.nothing, { certified: authority.issue('internal.test') });
  const attempt = (tls: object) =>
    only(checkOf({ ...CHECK, tls }).targets(subjectOf([front]))).attempt(AbortSignal.timeout(60_000));
  expect(await attempt({ ca: authority.cert })).toMatchObject({
    passed: false,
    who: 'silent',
    reason: expect.stringContaining("does not match certificate's altnames"),
  });
  expect(await attempt({ name: 'internal.test' })).toMatchObject({
    passed: false,
    who: 'silent',
    reason: expect.stringContaining('does not trust the issuer'),
  });
  expect(await attempt({ name: 'internal.test', ca: authority.cert })).toMatchObject({ passed: true });
});

test('a server that listens on IPv6 only is reached there, and nowhere else', async () => {
  const { front } = await Backend.start(MISBEHAVIOURS.nothing, { host: '::1' });
  const [six, four] = checkOf(CHECK).targets(
    subjectOf([front, { ...front, address: { ...front.address, host: '127.0.0.1' } }]),
  );
  expect(await six?.attempt(AbortSignal.timeout(60_000))).toMatchObject({ passed: true });
  expect(six?.through).toBe(`[::1]:${front.address.port}`);
  expect(await four?.attempt(AbortSignal.timeout(60_000))).toMatchObject({ passed: false, who: 'silent' });
});
