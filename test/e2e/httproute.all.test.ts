import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { visitorsOf } from './visitors.ts';
import { apply, ask, clusterOf, httpRoute, httpRule, makeWorld, untilAnswers, type World } from './world.ts';

/** HTTPRoutes of every sort, and what is refused, through the Gateway of the tests. */

let cluster: Cluster;
beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
});

/** The live route without the names of its backends, its note and what the server counts. */
async function shapeOf(world: World): Promise<string> {
  const { spec } = JSON.parse(await world.kubectl('get', 'httproute', 'web', '-o', 'json'));
  return JSON.stringify(spec).replaceAll(/"name":"web-v\d"/g, '"name":"web"');
}

describe('a route with several hosts, rules, matches, filters and timeouts', () => {
  const NAMES = Array.from({ length: 20 }, (_, index) => `p${index}`);
  let world: World;
  let load: Load;
  const { passes } = actsIn(() => world);
  const hosts = () => [world.host, `www.${world.host}`];

  beforeAll(async () => {
    world = await makeWorld(cluster, 'httproute-full', 'httproute', 1);
    const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } });
    const [some, more] = [NAMES.slice(0, 10), NAMES.slice(10)];
    const rules = [
      httpRule('web-v1', { matches: some.map((name) => path(`/${name}`)), timeouts: { request: '10s' } }),
      httpRule('web-v1', { matches: more.map((name) => path(`/${name}/`)) }),
      httpRule('web-v1', {
        matches: [path('/old')],
        filters: [
          { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } } },
          { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'X-Filtered', value: 'yes' }] } },
        ],
      }),
      httpRule('web-v1', {
        matches: [path('/exact', 'Exact'), { ...path('/'), headers: [{ name: 'X-Beta', value: '1' }] }],
      }),
      httpRule('web-v1', { matches: [path('/')] }),
    ];
    await apply(cluster, world.namespace, [httpRoute('web', hosts(), rules)]);
    for (const host of hosts()) await untilAnswers(cluster, host, 'v1', '/old/x');
    load = visitorsOf(cluster, world.host, 200);
  });
  afterAll(async () => {
    await load.stop();
    await world.end();
  });

  /** What comes of requests below `prefix`: revision, path that the application got, and the filter's header. */
  async function seenBelow(prefix: string): Promise<unknown[]> {
    const paths = [...NAMES.map((name) => `/${name}/x?y=1`), '/old/a/b', '/exact', '/exact/', '/', '/else'];
    return Promise.all(
      hosts().flatMap((host) =>
        paths.map(async (path) => {
          const { status, headers } = await ask(cluster, host, prefix + path);
          return {
            host,
            path,
            status,
            who: headers['x-revision'],
            filtered: headers['x-filtered'],
            got: headers['x-path'],
          };
        }),
      ),
    );
  }

  test('has a preview that does what the live paths do, and a switch that changes names only', async () => {
    const before = await seenBelow('');
    const shape = await shapeOf(world);
    await passes('deploy-green', 'v2');
    const previews = await world.kubectl('get', 'httproute', '-o', 'name');
    expect(previews).toContain('/greenpath-web.part-2\n');
    expect(await seenBelow('')).toEqual(before);
    const green = before.map((one) => ({ ...(one as object), who: 'v2' }));
    expect(await seenBelow('/green')).toEqual(green);
    await passes('verify', 'v2');
    await passes('promote', 'v2');
    expect(await seenBelow('')).toEqual(green);
    expect(await shapeOf(world)).toBe(shape);
    expect(await world.kubectl('get', 'httproute', '-o', 'name')).not.toMatch(/greenpath-web(\.part-2)?\n/);
    await passes('rollback');
    expect(await seenBelow('')).toEqual(before);
    expect((await load.stop()).filter(isLost)).toEqual([]);
  });
});

describe('a route whose only match asks for a method and a header', () => {
  let world: World;
  const { passes, refused } = actsIn(() => world);
  const matches = (more: object) => [httpRule('web-v1', { matches: [{ path: { value: '/' }, ...more }] })];
  beforeAll(async () => {
    world = await makeWorld(cluster, 'httproute-asks', 'httproute', 1);
    const rules = matches({ method: 'GET', headers: [{ name: 'X-Api', value: '2' }] });
    await apply(cluster, world.namespace, [httpRoute('web', [world.host], rules)]);
    while ((await ask(cluster, world.host, '/')).status !== 404);
  });
  afterAll(() => world.end());

  test('is released by requests with that header', async () => {
    const { stdout } = await passes('deploy-green', 'v2');
    expect(stdout).toContain(`Every request of this step to ${world.host} has x-api as httproute/web asks for it`);
    await passes('verify', 'v2');
    await passes('promote', 'v2');
    const { headers } = await ask(cluster, world.host, '/', { 'X-Api': '2' });
    expect(headers['x-revision']).toBe('v2');
    expect((await ask(cluster, world.host, '/')).status).toBe(404);
    await passes('rollback');
  });

  test('and refused if no GET gets there', async () => {
    await apply(cluster, world.namespace, [httpRoute('web', [world.host], matches({ method: 'POST' }))]);
    const { stdout } = await refused('route', 'deploy-green', 'v3');
    expect(stdout).toContain(`(it has: ${world.host}/ (method POST))`);
  });
});

describe('a run says what is in the way', () => {
  let world: World;
  const { passes, refused } = actsIn(() => world);
  beforeAll(async () => {
    world = await makeWorld(cluster, 'httproute-refused', 'httproute', 1);
  });
  afterAll(() => world.end());

  test('a rule that shares its visitors is refused before anything is written', async () => {
    const shared = {
      backendRefs: [
        { name: 'web-v1', port: 80, weight: 9 },
        { name: 'api', port: 80, weight: 1 },
      ],
    };
    await apply(cluster, world.namespace, [httpRoute('web', [world.host], [shared])]);
    const { stdout } = await refused('route', 'deploy-green', 'v2');
    expect(stdout).toContain('has 2 backendRefs in rules[0] (web-v1 9, api 1)');
    await apply(cluster, world.namespace, [httpRoute('web', [world.host])]);
  });

  test('an account without the rules for HTTPRoutes', async () => {
    const role = JSON.parse(await world.kubectl('get', 'role', 'greenpath', '-o', 'json'));
    const without = role.rules.filter(({ resources }: { resources: string[] }) => !resources.includes('httproutes'));
    const patch = (rules: object[]) =>
      world.kubectl('patch', 'role', 'greenpath', '--type=merge', '-p', JSON.stringify({ rules }));
    await patch(without);
    const { stdout } = await refused('forbidden', 'deploy-green', 'v2');
    expect(stdout).toContain('docs/role.yaml has the rule for HTTPRoutes as a comment');
    await patch(role.rules);
  });

  test('a preview that would take its host from a route of another namespace, with the ClusterRole', async () => {
    const { namespace } = world;
    const neighbour = `${namespace}-neighbour`;
    const admin = (...args: string[]) => kubectl(cluster, ...args);
    const to = ['--clusterrole', `${namespace}-routes`, `--serviceaccount=${namespace}:deployer`];
    const what = ['--verb=list', '--resource=httproutes.gateway.networking.k8s.io'];
    const input = { 'dry-run': 'true', config: `preview: {host: "green.{host}"}\n` };
    await admin('create', 'clusterrole', `${namespace}-routes`, ...what);
    await admin('create', 'namespace', neighbour);
    await apply(cluster, neighbour, [httpRoute('theirs', [`*.${world.host}`])]);
    const unseen = await passes('deploy-green', 'v2', input);
    expect(unseen.stdout).toContain('routes of other namespaces were not checked, since the account may not list them');
    await admin('create', 'clusterrolebinding', `${namespace}-routes`, ...to);
    const { stdout } = await refused('preview-side-effect', 'deploy-green', 'v2', input);
    expect(stdout).toContain(`from HTTPRoute theirs in namespace ${neighbour}, which serves *.${world.host}`);
    await admin('delete', 'namespace', neighbour);
    expect((await passes('deploy-green', 'v2', input)).stdout).toContain(
      'from no route among the httproutes of this namespace and others',
    );
    await admin('delete', 'clusterrolebinding', `${namespace}-routes`);
    await admin('delete', 'clusterrole', `${namespace}-routes`);
  });

  test('a filter that nobody knows: the controller says why the preview does not answer', async () => {
    await passes('deploy-green', 'v2');
    const missing = { type: 'ExtensionRef', extensionRef: { group: 'traefik.io', kind: 'Middleware', name: 'gone' } };
    const place = '/spec/rules/0/backendRefs/0/filters';
    await world.kubectl(
      'patch',
      'httproute',
      'web',
      '--type=json',
      '-p',
      JSON.stringify([{ op: 'add', path: place, value: [missing] }]),
    );
    const { stdout, exitCode } = await world.run('deploy-green', 'v3', {
      supersede: 'true',
      config: 'proof: {settle: 3s, within: 6s}\nidentity: {header: X-Revision}\n',
    });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('[proof-failed]');
    const by = 'Gateway gateways/public (traefik.io/gateway-controller)';
    expect(stdout).toContain(`${by} says ResolvedRefs: False of HTTPRoute greenpath-web (InvalidKind: `);
  });
});
