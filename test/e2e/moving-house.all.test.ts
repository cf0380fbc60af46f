import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { ingress } from './parts.ts';
import { tellOneStory } from './story.ts';
import { untilAllKnow, visitorsOf } from './visitors.ts';
import { allowOptional } from './whole-role.ts';
import { apply, ask, CONFIG, httpRoute, httpRule, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * docs/moving-house.md: an application goes from an Ingress to an HTTPRoute, behind another router, and is released
 * before, between and after, under load through each router that has visitors.
 */

/** How visitors reach the application, below which path, and what it means to the routes. */
interface Site {
  readonly path: string;
  readonly ingressPath: string;
  readonly annotations: Record<string, string>;
  readonly rule: object;
}
const ROOT: Site = { path: '', ingressPath: '/', annotations: {}, rule: {} };
const STRIPPED: Site = {
  path: '/app',
  ingressPath: '/app(/|$)(.*)',
  annotations: { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' },
  rule: {
    matches: [{ path: { type: 'PathPrefix', value: '/app' } }],
    filters: [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } }],
  },
};

interface Move {
  readonly name: string;
  readonly site: Site;
  from(): Promise<Cluster>;
  to(): Promise<Cluster>;
}
const traefik = inject('cluster');
const toTraefik = () => openRouter(traefik, 'traefik-gateway');
const MOVES: readonly Move[] = [
  { name: 'traefik', site: ROOT, from: async () => traefik, to: toTraefik },
  { name: 'traefik-stripped', site: STRIPPED, from: async () => traefik, to: toTraefik },
  {
    name: 'nginx-stripped',
    site: STRIPPED,
    from: () => openRouter(traefik, 'ingress-nginx', { replicas: 2 }),
    to: () => openRouter(traefik, 'contour'),
  },
];

describe.each(MOVES)('from an Ingress to an HTTPRoute: $name', ({ name, site, from, to }) => {
  let old: Cluster;
  let gateway: Cluster;
  let world: World;
  const loads: Load[] = [];
  tellOneStory();

  beforeAll(async () => {
    old = await from();
    gateway = await to();
    world = await makeWorld(old, `moving-${name}`, 'split', 1);
    await allowOptional(world);
    const paths = [{ host: world.host, path: site.ingressPath, service: 'web-v1', pathType: 'ImplementationSpecific' }];
    await apply(old, world.namespace, [ingress('web', paths, site.annotations, old.ingressClass)]);
    loads.push(await visit(old));
  });
  afterAll(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    await world?.end();
  });

  const { passes } = actsIn(() => world);
  const live = async (through: Cluster) => (await ask(through, world.host, `${site.path}/`)).headers['x-revision'];
  const both = async () => [await live(old), await live(gateway)];
  /** Visitors over a router of which every worker knows the host. */
  const visit = async (through: Cluster) => {
    await untilAllKnow(through, world.host, `${site.path}/`);
    return visitorsOf(through, world.host, 300, 're-sending', `${site.path}/visit`);
  };
  /** Inputs of a step that names these routes; `addresses` is said of each in the config. */
  const through = (...routes: ('ingress' | 'httproute')[]) => {
    const at = { ingress: old.proxy, httproute: gateway.proxy };
    const addresses = routes.map((kind) => `  ${kind}/web: ["${at[kind]}"]\n`).join('');
    // One of two nginx may know a preview 3.3 s after the other.
    const config = CONFIG.replace('/healthz', `${site.path}/healthz`)
      .replace('within: 3s', 'within: 15s')
      .replace(/proof: .*\n/, '');
    return {
      route: routes.map((kind) => `${kind}/web`).join('\n'),
      addresses: '',
      config: `${config}router: nginx\nkeep: 0\ndrain: 1s\nretire-applied: true\naddresses:\n${addresses}`,
    };
  };
  const MODES = ({ route, addresses }: ReturnType<typeof through>) => ({ route, addresses });
  const released = async (revision: string, inputs: ReturnType<typeof through>) => {
    await passes('deploy-green', revision, inputs);
    await passes('verify', revision, MODES(inputs));
    return passes('promote', revision, MODES(inputs));
  };

  test('before: a release behind the Ingress', async () => {
    await released('v2', through('ingress'));
    expect(await live(old)).toBe('v2');
  });

  test('between: the HTTPRoute names what is live, and both are released as one', async () => {
    const rules = [httpRule('web-v2', site.rule)];
    await apply(old, world.namespace, [httpRoute('web', [world.host], rules, gateway.gateway)]);
    loads.push(await visit(gateway));
    const inputs = through('ingress', 'httproute');
    await passes('deploy-green', 'v3', inputs);
    for (const router of [old, gateway]) await untilAnswers(router, world.host, 'v3', `/green${site.path}/`);
    expect(await both()).toEqual(['v2', 'v2']);
    await passes('verify', 'v3', MODES(inputs));
    const { stdout, outputs } = await passes('promote', 'v3', MODES(inputs));
    expect(outputs).toMatchObject({ state: 'live', proof: 'identity' });
    expect(stdout).toContain('of Ingress web, HTTPRoute web from web-v2 to web-v3 in 2 patches');
    expect(await both()).toEqual(['v3', 'v3']);
    await passes('rollback', '', MODES(inputs));
    expect(await both()).toEqual(['v2', 'v2']);
    // The record of v2 is from before: it does not say where the new router is.
    await passes('rollback', '', { ...inputs, to: 'v3' });
    expect(await both()).toEqual(['v3', 'v3']);
  });

  test('after: visitors have left the old router, and the Ingress goes', async () => {
    await loads[0]?.stop();
    await world.kubectl('delete', 'ingress', 'web');
    const inputs = through('httproute');
    await released('v4', inputs);
    await passes('retire', '', inputs);
    expect(await live(gateway)).toBe('v4');
    expect(await world.kubectl('get', 'ingress', '-o', 'name')).toBe('');
    expect(await world.kubectl('get', 'service', '-o', 'name')).not.toMatch(/web-v[23]/);
  });

  test('nothing was lost', async () => {
    const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
    expect(answers.filter(isLost)).toEqual([]);
    console.log(`Moving house, ${name}: ${JSON.stringify(countBy(answers, ({ who }) => who))} answers, 0 lost`);
  });
});
