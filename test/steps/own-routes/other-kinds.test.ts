import { describe, expect, test } from 'vitest';
import type { AdaptedRoute } from '../../../src/routes/adapter.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { routeOf } from '../../../src/routes/route-kind.ts';
import { readSituation } from '../../../src/state/read-situation.ts';
import { planOwnRoutes } from '../../../src/steps/own-routes/own-routes.ts';
import { side, thrownBy } from '../../core/support.ts';
import { read } from '../../routes/ingresses.ts';
import { counterparts, httpRouteTo, ingress, look, preview, stackService } from '../../state/app.ts';

/** One router may serve Ingresses and HTTPRoutes: a preview must take no visitors from routes of the other kind. */

const SERVICES = [stackService('v1'), stackService('v2')];
const GREEN = side('web-v2');
const PREFIX = 'nginx.ingress.kubernetes.io/';
const BOTH = 'ingress/web, httproute/web';
const teamsRoute = httpRouteTo('other', { name: 'team', uid: 'team' });
const servedAt = (path: string, hostnames = ['shop.test']): HttpRoute => ({
  ...teamsRoute,
  spec: {
    ...teamsRoute.spec,
    hostnames,
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [{ name: 'other', port: 80 }] }],
  },
});

interface Given {
  readonly config?: string;
  readonly route?: string;
  readonly httpRoutes?: readonly HttpRoute[];
}

/** Plans what is written beside the live HTTPRoute of shop.test, or beside what `route` names, next to these Ingresses. */
async function planning(ingresses: readonly Ingress[], { config = '', route = 'httproute/web', ...more }: Given = {}) {
  const looking = await look({ config, route });
  const { httpRoutes = [httpRouteTo('web-v1')] } = more;
  const allRoutes = [...ingresses.map(read), ...httpRoutes.map((one) => routeOf(httpRoute, one))] as AdaptedRoute[];
  const basis = { counterparts: counterparts('v2'), config: looking.run.inputs.config };
  const found = readSituation(looking.run, { allRoutes, services: SERVICES, slices: [] }, basis);
  return { looking, plan: () => planOwnRoutes(looking.run, found, [GREEN]) };
}
const teams = (path: string, host = 'shop.test') => ingress('team', { host, paths: { [path]: 'other' } });
const byPath = 'preview: {path: /green}';
const byHost = 'preview: {host: "green.{host}"}';

describe('a preview beside an HTTPRoute', () => {
  test.each<[string, string, Ingress, string, RegExp]>([
    ['serves its path', byPath, teams('/green'), 'preview-taken', /path \/green is taken: Ingress team already/],
    ['serves a path below it', byPath, teams('/green/a'), 'preview-taken', /shop\.test\/green\/a/],
    ['serves its path at a wider host', byPath, teams('/green', '*.test'), 'preview-taken', /\*\.test\/green/],
    ['serves its path at every host', byPath, teams('/green', ''), 'preview-taken', /Ingress team/],
    ['serves its host', byHost, teams('/', 'green.shop.test'), 'preview-taken', /host green\.shop\.test is taken/],
  ])('is refused if an Ingress of somebody else %s', async (_, config, other, code, message) => {
    expect(thrownBy((await planning([other], { config })).plan)).toMatchObject({
      code,
      message: expect.stringMatching(message),
      next: expect.stringMatching(/If another router serves that Ingress, set overlap: accept beside path or host/),
    });
  });

  test.each<[string, Ingress[], Given]>([
    [
      'the config says that another router serves it',
      [teams('/green')],
      { config: 'preview: {path: /green, overlap: accept}' },
    ],
    ['it is by header', [teams('/green')], { config: 'preview: {header: {}}' }],
    ['the path is on another host', [teams('/green', 'team.test')], { config: byPath }],
    ['the path only begins alike', [teams('/greenish')], { config: byPath }],
    ['the Ingress is a preview of Greenpath', [preview('v2')], { config: byPath }],
    ['the host is another one', [teams('/', 'blue.shop.test')], { config: byHost }],
  ])('is not refused if %s', async (_, others, given) => {
    expect((await planning(others, given)).plan).not.toThrow();
  });

  test('is by a header where the config says nothing, and the log names the route', async () => {
    const { looking, plan } = await planning([teams('/green')]);
    expect(plan().kind.by).toBe('header');
    expect(looking.told()).toContain('the preview path /green is taken: Ingress team already serves shop.test/green');
  });
});

describe('a preview beside an Ingress and an HTTPRoute of one application', () => {
  const config = `${byPath}\nrouter: nginx`;

  test('is refused if an HTTPRoute of somebody else serves its path', async () => {
    const given = {
      config,
      route: BOTH,
      httpRoutes: [
        { ...httpRouteTo('web-v1'), spec: { ...httpRouteTo('web-v1').spec, hostnames: ['new.test'] } },
        servedAt('/green'),
      ],
    };
    expect(thrownBy((await planning([ingress()], given)).plan)).toMatchObject({
      code: 'preview-taken',
      message: expect.stringContaining('HTTPRoute team already serves shop.test/green'),
    });
  });

  test('is not refused for the other one, nor for a preview inside it', async () => {
    expect((await planning([ingress()], { config, route: BOTH })).plan).not.toThrow();
    const annotations = { [`${PREFIX}rewrite-target`]: '/$2', [`${PREFIX}use-regex`]: 'true' };
    const paths = { '/()(.*)': 'web-v1', '/green(/|$)(.*)': 'web-v2' };
    const classic = ingress('web', { paths });
    const inside = { ...classic, metadata: { ...classic.metadata, annotations } };
    expect((await planning([inside], { config, route: BOTH })).plan).not.toThrow();
  });
});
