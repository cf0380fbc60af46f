import { describe, expect, test } from 'vitest';
import type { RefusedAt } from '../../../src/proof/refused.ts';
import { whyUnanswered } from '../../../src/steps/evidence/preview-failure.ts';
import { NOBODY } from '../../proof/backend.ts';
import { proofResult } from '../../proof/results.ts';
import { ingress, look, situation, stackService } from '../../state/app.ts';

/** Why a preview does not answer, and what to do about it. */

describe('a preview that does not answer', () => {
  const why = async (
    refused: Partial<RefusedAt> | undefined,
    config = '{}',
    annotations: Record<string, string> = {},
  ) => {
    const looking = await look({ config });
    const prefixed = Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]),
    );
    const live = ingress('web', { metadata: { annotations: prefixed } });
    const found = situation(looking, { ingresses: [live], services: [stackService('v1')] });
    const at = refused && {
      endpoint: { ...NOBODY, route: 'ingress/web' },
      path: '/',
      refusal: 'login' as const,
      status: 'status 401',
      ...refused,
    };
    return whyUnanswered(
      found,
      looking.run.inputs.config,
      proofResult({ refused: at, complaint: 'status 500' }),
      'Look at it.',
    );
  };

  test('gives the last complaint, and the advice of the mode', async () => {
    expect(await why(undefined)).toEqual({ why: 'status 500', next: 'Look at it.' });
  });

  test.each<[string, Parameters<typeof why>, string, string]>([
    ['a login of the route', [{}, '{}', { 'auth-type': 'basic' }], 'The likely cause: ', 'names no login'],
    [
      'a login of something else',
      [{}],
      'Most likely something in front of the application restricts access',
      'add this to the checks: GET / 401',
    ],
    [
      'TLS',
      [{ refusal: 'tls', status: 'status 308' }],
      'the router accepts only TLS',
      'If TLS ends in front of the router, add that address',
    ],
    [
      'a redirect that may be right',
      [{ refusal: 'redirect', status: 'status 302' }, 'identity: {header: X-Revision}'],
      'or the application itself',
      'remove `identity` from the config',
    ],
  ])('since it is refused by %s says so', async (kind, given, what, next) => {
    const found = await why(...given);
    expect(found.why).toContain(what);
    expect(found.next).toContain(kind === 'a login of the route' ? 'needs no login' : next);
  });
});
