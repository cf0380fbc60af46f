import { describe, expect, test } from 'vitest';
import { bake } from '../../../src/checks/bake.ts';
import { checksAt } from '../../../src/checks/registry.ts';
import { repeat } from '../../../src/checks/repeat.ts';
import { parseDuration } from '../../../src/core/base/duration.ts';
import { measure, versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import { CLOCK } from '../../../src/process/clock.ts';
import type { Endpoint } from '../../../src/proof/probe.ts';
import { prove } from '../../../src/proof/proof.ts';
import { trustIn } from '../../../src/proof/tls.ts';
import { only } from '../../core/support.ts';
import { Backend, type Listening } from '../../proof/backend.ts';
import { Authority } from '../../proof/certificates.ts';
import { fixed } from '../../proof/fixed.ts';
import { MISBEHAVIOURS, type Misbehaviour } from '../../proof/misbehaviours.ts';
import { checkOf, configOf, subjectOf, toolsIn } from '../checks.ts';

/**
 * Every way in which a server may misbehave, over real sockets: what one attempt of a check says, and what `verify`
 * (three passes in a row), a bake and a proof (twenty answers by the version in a row) conclude.
 */

const CHECK = {
  request: 'GET /',
  follow: true,
  expect: { headers: { 'content-type': 'application/json' }, body: { json: { '$.status': 'ok' } } },
};
const PAGE = { request: 'GET /', page: true };
/** Those that never end are waited for briefly. */
const BRIEF = '300ms';
const LONG = '20s';
const AUTHORITY = new Authority('Test');
const INTERNAL = AUTHORITY.issue('internal.test');
const TRUST = trustIn(AUTHORITY.cert);
const config = (check: object) => configOf({ checks: [check], identity: { header: 'x-revision' } });
/** Where answers name their version to the check. */
const NAMED: readonly Misbehaviour[] = ['blue, the first of 20', 'blue, 1 in 50', 'script of blue'];

/** What is concluded. A proof looks at who answers with which status, and at nothing else. */
interface Row {
  /** That one attempt passes, or why it does not. */
  readonly attempt: true | RegExp;
  readonly verify: 'passes' | 'fails';
  readonly bake: string;
  readonly proof: string;
}
/** How the server is asked. */
interface How {
  readonly prefix?: string;
  readonly timeout?: string;
  readonly check?: object;
  readonly listening?: Listening;
  /** Another address than the one at which it listens. */
  readonly host?: string;
}
const BELOW = { prefix: '/green' };
const V1 = { status: 200, headers: { 'x-revision': 'v1' }, body: '' };
const FINE: Row = { attempt: true, verify: 'passes', bake: 'proven', proof: 'proven' };
/** What green does wrong whatever is asked. */
const bad = (attempt: RegExp): Row => ({ attempt, verify: 'fails', bake: 'bad', proof: 'bad' });
/** What only those find who look at the content. */
const wrong = (attempt: RegExp): Row => ({ ...bad(attempt), proof: 'proven' });
/** What shows nothing of the application. */
const silent = (attempt: RegExp): Row => ({ attempt, verify: 'fails', bake: 'blind', proof: 'blind' });

describe.concurrent.each<[Misbehaviour, How, Row]>([
  ['nothing', {}, FINE],
  ['wrong status', {}, bad(/^status 500; expected 2xx$/)],
  ['wrong status at first', {}, { ...FINE, attempt: /^status 500; expected 2xx$/ }],
  ['wrong status, 1 in 2', {}, { attempt: true, verify: 'fails', bake: 'bad', proof: 'bad' }],
  [
    'wrong header',
    {},
    { ...bad(/^header content-type is "text\/html"; expected "application\/json"$/), proof: 'lagging' },
  ],
  ['slow', { timeout: BRIEF }, bad(/^no complete answer within 300 ms, although the proxy/)],
  ['truncated body', {}, bad(/^(aborted|the answer ended in the middle), although the proxy/)],
  ['invalid JSON', {}, wrong(/^the body is not JSON$/)],
  ['another value in JSON', {}, wrong(/^\$\.status is "degraded"; expected "ok"$/)],
  ['redirect loop', BELOW, bad(/^status 302 redirects to .*: the redirects go in a circle$/)],
  [
    'redirect to blue',
    BELOW,
    bad(/^status 302 redirects to http:\/\/example\.test\/login, which leaves the preview below /),
  ],
  [
    'redirect to another host',
    {},
    bad(/^status 302 redirects to https:\/\/sso\.test\/, which is not on http:\/\/example\.test$/),
  ],
  ['closed connection', {}, bad(/^socket hang up, although the proxy itself answers$/)],
  [
    'another protocol',
    {},
    bad(/^the answer switches to another protocol \(status 101\), although the proxy itself answers$/),
  ],
  ['no HTTP', {}, bad(/^Parse Error: .*, although the proxy itself answers$/)],
  // There are never more than nineteen in a row by green.
  [
    'blue, the first of 20',
    {},
    { attempt: /^not answered by v2: /, verify: 'passes', bake: 'lagging', proof: 'lagging' },
  ],
  // Twenty in a row come before the one by blue: only a bake sees what is that seldom.
  ['blue, 1 in 50', {}, { attempt: true, verify: 'passes', bake: 'lagging', proof: 'proven' }],
  ['error page with 200', {}, wrong(/^the body is not JSON$/)],
  ['gzip garbage', {}, bad(/^incorrect header check, although the proxy/)],
  ['gzip that nobody asked for', {}, FINE],
  ['endless body', { timeout: BRIEF }, bad(/^no complete answer within 300 ms, although/)],
  [
    'certificate of another name',
    { listening: { certified: INTERNAL } },
    silent(/does not match certificate's altnames/),
  ],
  ['IPv6 only', { listening: { host: '::1' } }, FINE],
  ['IPv6 only, asked by IPv4', { listening: { host: '::1' }, host: '127.0.0.1' }, silent(/ECONNREFUSED/)],
  ['page and script', { ...BELOW, check: PAGE }, FINE],
  ['invalid JSON', { check: PAGE }, wrong(/^the answer is no page: content-type is application\/json$/)],
  [
    'script missing',
    { ...BELOW, check: PAGE },
    wrong(/^1 of 1 asset of the page fails: \/green\/app\.js \(script\): status 404$/),
  ],
  [
    'script that is a page',
    { check: PAGE },
    wrong(/: content-type is "text\/html; charset=utf-8"; expected JavaScript$/),
  ],
  ['script of blue', { check: PAGE }, { ...wrong(/: not answered by v2: header x-revision is v1$/), bake: 'lagging' }],
  ['endless script', { check: PAGE }, wrong(/: the body is longer than 16 MiB, although the proxy/)],
  ['truncated script', { check: PAGE }, wrong(/\): (aborted|the answer ended in the middle), although/)],
  [
    'script from the root',
    { ...BELOW, check: PAGE },
    wrong(/: \/app\.js \(script\): a browser gets the live version's, since it does not begin with \/green$/),
  ],
])('a server with %s', (misbehaviour, how, expected) => {
  const { prefix = '', timeout = LONG, check: given = CHECK, listening, host } = how;
  const checked = config({ ...given, timeout });
  const named = NAMED.includes(misbehaviour) ? ({ header: 'x-revision', path: '/' } as const) : undefined;
  const versionProbe = {
    ...versionProbeFor(checked, 'v2', { other: measure(checked.identity, 'v1', '/', [V1]) }),
    timeout: parseDuration(timeout) ?? 0,
  };
  const forever = new AbortController().signal;
  /** A server of its own, below the preview. */
  async function started(): Promise<Endpoint> {
    const { front } = await Backend.start(MISBEHAVIOURS[misbehaviour], listening);
    return { ...front, prefix, trust: TRUST, address: { ...front.address, ...(host !== undefined && { host }) } };
  }

  test('one attempt', async () => {
    const subject = subjectOf([await started()], { identity: named });
    const attempt = await only(checkOf({ ...given, timeout }).targets(subject)).attempt(forever);
    expect(attempt.passed, JSON.stringify(attempt)).toBe(expected.attempt === true);
    if (!attempt.passed) expect(attempt.reason).toMatch(expected.attempt === true ? /^$/ : expected.attempt);
  });

  test('verify', async () => {
    const subject = subjectOf([await started()], { identity: named });
    const passes = expected.verify === 'passes';
    // Who is to pass has the time of a busy machine.
    const times = { passes: 3, interval: 20, within: passes ? 60_000 : 300 };
    const { result, failed } = await repeat(checkOf({ ...given, timeout }), subject, times, CLOCK, forever);
    expect(result.passed, JSON.stringify(failed)).toBe(passes);
  });

  test('a bake', async () => {
    const request = {
      checks: checksAt('bake', checked, toolsIn()),
      subject: subjectOf([await started()], { identity: named, ...(named && { versionProbe }) }),
      clock: CLOCK,
      end: CLOCK.now() + 120_000,
    };
    // One in fifty is found among a hundred; what always happens, in a few attempts.
    const lasts = misbehaviour.startsWith('blue') ? 2_000 : 300;
    const result = await bake({ for: lasts, every: 20, errors: 0.01 }, request, forever);
    expect(result.verdict, JSON.stringify(result)).toBe(expected.bake);
  });

  test('a proof', async () => {
    const endpoints = fixed({ ...(await started()), prefix: '' });
    // What is proven or bad ends it, and nothing but the time ends the others.
    const within = ['proven', 'bad'].includes(expected.proof) ? 60_000 : 2_500;
    const times = { answers: 20, since: performance.now(), least: 0, settleTime: 0, within };
    const result = await prove({ endpoints, versionProbe, ...times, condemns: true }, forever);
    expect(result.verdict, JSON.stringify(result)).toBe(expected.proof);
  });
});

test('with the name of its certificate and its own CA, a server that has them is reached, and no other', async () => {
  const secure = await Backend.start(MISBEHAVIOURS.nothing, { certified: INTERNAL });
  const attempt = (tls: object, { front } = secure) =>
    only(checkOf({ ...CHECK, tls }).targets(subjectOf([front]))).attempt(AbortSignal.timeout(60_000));
  expect(await attempt({ name: 'internal.test' })).toMatchObject({
    passed: false,
    who: 'silent',
    reason: expect.stringContaining('does not trust the issuer'),
  });
  expect(await attempt({ name: 'internal.test', ca: AUTHORITY.cert })).toMatchObject({ passed: true });
  const plain = await Backend.start(MISBEHAVIOURS.nothing);
  expect(await attempt({ name: 'internal.test' }, plain)).toMatchObject({
    passed: false,
    who: 'silent',
    reason: expect.stringContaining('use no TLS and the check demands a certificate'),
  });
  expect(plain.asked).toEqual([]);
});
