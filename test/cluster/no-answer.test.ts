import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cluster/call.ts';
import { failure } from '../../src/cluster/failure.ts';
import { type CallWithoutAnswer, noAnswerError } from '../../src/cluster/no-answer.ts';

/** What is said when the API server, or a webhook that it asks, does not answer: slow is distinguished from gone. */

const path = '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web';
const SWITCH: Call = { method: 'PATCH', path, idempotent: false };
const cause = new Error('socket hang up');
const base = { call: SWITCH, host: 'api.test:6443', cause, took: 37_000, isThere: false };

describe('without an answer', () => {
  test.each<[string, Partial<CallWithoutAnswer>, string, RegExp]>([
    [
      'no connection',
      { end: 'not-sent' },
      'the API server at api.test:6443 cannot be reached: socket hang up',
      /runner/,
    ],
    [
      'a lost connection',
      { end: 'lost' },
      'the connection to the API server at api.test:6443 ended before it answered patch ingresses/web: socket hang up',
      /between it and the runner/,
    ],
    [
      'a slow server',
      { end: 'silent', isThere: true },
      'the API server at api.test:6443 is slow: it answers other requests, but not patch ingresses/web within 37.0 s',
      /admission webhooks/,
    ],
    [
      'a server that is gone',
      { end: 'silent' },
      'the API server at api.test:6443 is gone: it accepted patch ingresses/web and did not answer for 37.0 s, and it answers no other request',
      /can still reach it/,
    ],
    [
      'a dry run',
      { end: 'lost', call: { ...SWITCH, query: { dryRun: 'All' } } },
      'the connection to the API server at api.test:6443 ended before it answered patch ingresses/web (dry run): socket hang up',
      /recovered/,
    ],
  ])('%s', (_, more, what, next) => {
    const error = noAnswerError({ end: 'lost', ...base, ...more });
    expect(error).toMatchObject({ code: 'unreachable', message: what, next: expect.stringMatching(next) });
  });
});

describe('the server answers that something did not', () => {
  const attempt = { verb: 'patch', resource: 'ingresses', name: 'web' };
  const webhook =
    'Internal error occurred: failed calling webhook "check.test": failed to call webhook: Post "https://x/"';
  test.each<[string, number, string, string, string]>([
    [
      'a webhook was too slow',
      500,
      `${webhook}: context deadline exceeded`,
      'refused-by-server',
      'an admission webhook did not answer within the time limit of the cluster, so the API server refused patch ingresses web: ',
    ],
    [
      'a webhook is not there',
      500,
      `${webhook}: dial tcp 10.0.0.1:443: connect: connection refused`,
      'refused-by-server',
      'an admission webhook could not be called, so the API server refused patch ingresses web: ',
    ],
    [
      'a webhook said no',
      400,
      'admission webhook "check.test" denied the request: no',
      'refused-by-server',
      'a policy or webhook of the cluster refused patch ingresses web: ',
    ],
    [
      'the time was over: whether it took effect is not known',
      504,
      'Timeout: request did not complete within requested timeout - context deadline exceeded',
      'unreachable',
      'the API server is slow: it did not finish patch ingresses web in time: ',
    ],
    [
      'it is not well',
      503,
      'etcdserver: no leader',
      'unreachable',
      'the API server could not serve patch ingresses web (status 503): ',
    ],
  ])('%s', (_, status, message, code, what) => {
    expect(failure({ status, body: { message }, wasAllowed: true }, attempt)).toMatchObject({
      code,
      message: `${what}${message}`,
    });
  });
});
