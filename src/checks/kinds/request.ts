import { addressText } from '../../core/base/addresses.ts';
import { placeOf, probeRequests } from '../../proof/probe.ts';
import type { CheckPoint } from '../check.ts';
import type { CheckKind } from '../check-kind.ts';
import { withFiles } from '../files.ts';
import { ask } from '../http/ask.ts';
import { brokenIn } from '../http/expectation.ts';
import { isSafe } from '../http/line.ts';
import { type RequestSettings, requestSettings } from '../http/settings.ts';
import { lacksVariables } from '../lacking.ts';
import { withQuery } from '../query.ts';

/** Sends a request to the application on every host and address that serves its path, and compares the answers. */
export const request: CheckKind<RequestSettings> = {
  key: 'request',
  form: '"GET /path", "POST /path 303", a map with request',
  about: 'Sends a request on every host, through every address, and compares the answers.',
  example: 'GET /healthz',
  schema: requestSettings,
  withFiles,
  expects: (settings) => {
    const { request, expect, timeout } = settings;
    return isPlain(settings) ? [{ path: request.path, statuses: [expect.status].flat(), timeout }] : [];
  },
  inBake: (settings) => ({
    runs: pointsOf(settings).includes('bake'),
    ...(settings.bake === true && { asked: { setting: 'bake', value: 'true' } }),
  }),
  broken: ({ expect }) => brokenIn(expect).map(({ path, what }) => ({ path: ['expect', ...path], what })),
  written: (path, code) => (code === undefined ? `GET ${path}` : `GET ${path} ${code}`),
  make: (settings, tools) => {
    const { request, query, expect: _, ...more } = settings;
    const isReadOnly = isSafe(request.method);
    return {
      name: `${request.method} ${request.path}${more.page ? ' and its assets' : ''}`,
      kind: 'request',
      isReadOnly,
      group: more.group,
      points: pointsOf(settings),
      lacks: lacksVariables(settings, tools),
      passes: more.passes ?? (isReadOnly ? undefined : 1),
      retries: more.retries ?? (isReadOnly ? undefined : 0),
      targets: (subject) =>
        probeRequests(subject.endpoints.current, request.path).map(({ endpoint }) => ({
          // Secrets stand there as the config names them.
          where: placeOf(endpoint, withQuery(request.path, query, String)),
          through: addressText(endpoint.address),
          key: JSON.stringify([endpoint.route, endpoint.headers]),
          attempt: (signal) => ask({ settings, subject, endpoint }, tools, signal),
        })),
    };
  },
};

/** What may change something is sent once, before visitors are there, unless the check says otherwise. */
function pointsOf({ request, bake, live }: RequestSettings): CheckPoint[] {
  const repeats = bake ?? isSafe(request.method);
  return ['preview', ...(repeats ? (['bake', 'rollback'] as const) : []), ...(live ? (['live'] as const) : [])];
}

/** Whether its answer is the one that the proof gets, which sends a GET and nothing but what every request carries. */
function isPlain({ request, query, headers, auth, body, tls, follow }: RequestSettings): boolean {
  const own = [query, headers, tls].some((map) => Object.keys(map).length > 0);
  return request.method === 'GET' && !own && auth === undefined && body === undefined && !follow;
}
