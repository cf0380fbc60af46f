import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { Stack } from '../../../src/core/colouring/stack.ts';
import { aliasesOf } from '../../../src/core/kube/host-aliases.ts';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { applyStack, type Writes } from '../../../src/steps/candidate/apply.ts';
import { dryRun } from '../../../src/steps/candidate/dry-run.ts';
import { plainNamesFor, tellPlainNames } from '../../../src/steps/candidate/plain-names.ts';
import { entriesFor, pointAtCandidate } from '../../../src/steps/objects/entries.ts';
import { type Answering, json } from '../../cluster/server.ts';
import { entry, ingress, items, type Looking, look, situation, stackService } from '../../state/app.ts';
import { PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** What is sent to the server so that pods reach the parts of their own revision by plain names. */

const ADDRESS = '10.0.0.7';
const hook = (point: string) =>
  `{apiVersion: batch/v1, kind: Job, metadata: {name: ${point}, annotations: {greenpath.dev/hook: ${point}}}, spec: {template: {spec: {containers: [{name: a, image: acme/a}]}}}}`;
const CART = SERVICE.replaceAll('web', 'cart');
const CARTS = PLAIN.map((text) => text.replaceAll('web', 'cart'));

/** Answers each write as a server that has nothing else, and assigns addresses. */
const server: Answering = (response, asked, count) => {
  const body = Array.isArray(asked.body) ? entry('v2') : (asked.body as KubeObject);
  const spec = body?.kind === 'Service' ? { ...(body.spec as JsonObject), clusterIPs: [ADDRESS] } : body?.spec;
  (asked.method === 'GET' ? items() : json(200, { ...body, spec }))(response, asked, count);
};
/** The same, but another one has created this Service meanwhile. */
const refusing =
  (name: string): Answering =>
  (response, asked, count) =>
    (asked.method === 'POST' && (asked.body as KubeObject).metadata.name === name ? json(409) : server)(
      response,
      asked,
      count,
    );
const written = ({ asked }: Looking, kind: string) =>
  asked.map(({ body }) => body as KubeObject).filter((object) => object?.kind === kind);
const aliases = (looking: Looking, kind: string) => written(looking, kind).flatMap(aliasesOf);

async function given(
  manifests: string[],
  services: Service[] = [],
  inputs: Record<string, string> = {},
  answer = server,
) {
  const looking = await look(inputs, answer);
  const found = situation(looking, { ingresses: [ingress()], services: [stackService('v1'), ...services] });
  const stack: Stack = stackOf(...manifests);
  const writes: Writes = {
    stack,
    names: plainNamesFor(looking.run, stack, found),
    dropped: [],
    role: 'absent',
    shared: [],
    adopted: [],
    routes: {
      previews: [],
      parking: { objects: [], routes: [] },
      kind: { by: 'path' as const, path: '/green' },
      joined: [],
    },
    entries: [],
    exposed: [],
    served: true,
    unpreviewed: [],
  };
  return { looking, writes };
}

describe('deploy-green', () => {
  test('sends Services first, and pods that know their addresses', async () => {
    const { looking, writes } = await given(PLAIN);
    await applyStack(looking.run, writes, new Map(), undefined);
    expect(aliases(looking, 'Deployment')).toEqual([
      { ip: ADDRESS, hostnames: ['web', 'web.shop', 'web.shop.svc', 'web.shop.svc.cluster.local'] },
    ]);
  });

  test('sends hooks that run later after the Services, and those that run first before', async () => {
    const { looking, writes } = await given([...PLAIN, hook('post-promote'), hook('pre-deploy')]);
    await applyStack(looking.run, writes, new Map(), undefined);
    const order = looking.asked.filter(({ method }) => method === 'PATCH').map(({ path }) => path.split('/').at(-1));
    expect(order.slice(0, 4)).toEqual(['pre-deploy-v2', 'web-v2', 'web-v2', 'post-promote-v2']);
    const [first, later] = written(looking, 'Job');
    expect([first && aliasesOf(first), later && aliasesOf(later)]).toEqual([[], [expect.anything()]]);
  });

  test.each([
    ['the config says that plain names lead to what is live', PLAIN, { config: 'plain-names: live' }],
    [
      'the manifests carry their revision',
      PLAIN.map((text) => text.replaceAll('{app: web}', '{app: web, revision: v2}').replaceAll(': web,', ': web-v2,')),
      {},
    ],
  ])('sends pods as they are if %s', async (_, manifests, inputs) => {
    const { looking, writes } = await given(manifests, [], inputs);
    await applyStack(looking.run, writes, new Map(), undefined);
    expect(written(looking, 'Deployment')).toHaveLength(1);
    expect(aliases(looking, 'Deployment')).toEqual([]);
    tellPlainNames(looking.run, writes.names);
    expect(looking.told()).not.toContain('Plain names');
  });
});

describe('the dry run before it', () => {
  const nothing = () => Promise.resolve(undefined);

  test('has the server validate an entry for addresses that it has not assigned, and shows none', async () => {
    const { looking, writes } = await given(PLAIN);
    const tried = await dryRun(looking.run, writes, nothing);
    expect(aliases(looking, 'Deployment')).toEqual([{ ip: '192.0.2.255', hostnames: expect.arrayContaining(['web']) }]);
    expect(JSON.stringify([...tried.values()].map(({ change }) => change))).not.toContain('192.0.2.255');
  });

  test('shows the entries of the manifest, such as one that blocks a name', async () => {
    const blocked = PLAIN.map((text) =>
      text.replace('{volumes:', '{hostAliases: [{ip: 0.0.0.0, hostnames: [ads.test]}], volumes:'),
    );
    const { looking, writes } = await given(blocked);
    const tried = await dryRun(looking.run, writes, nothing);
    expect(aliases(looking, 'Deployment')).toHaveLength(2);
    expect(tried.get('apps/Deployment/web-v2')?.change.diff).toContain('ads.test');
  });

  test('uses the addresses of Services that exist', async () => {
    const present = stackService('v2');
    present.spec.clusterIPs = ['10.0.0.1'];
    const { looking, writes } = await given([...PLAIN, CART, ...CARTS.slice(0, 1)], [present]);
    await dryRun(looking.run, writes, nothing);
    const [first] = written(looking, 'Deployment');
    expect(first && aliasesOf(first).map(({ ip }) => ip)).toEqual(['192.0.2.255', '10.0.0.1']);
  });
});

describe('plain Services while nothing is live', () => {
  test('are those that no route names, not even one that only the manifests hold', async () => {
    const looking = await look({}, server);
    const stack = stackOf(...PLAIN, CART, ...CARTS.slice(0, 1));
    const both = { ingresses: [ingress('web', { paths: { '/': 'web' } })] };
    const offered = stack.counterparts;
    const applied = situation(looking, both, offered);
    const planned = situation(looking, {}, offered, both.ingresses);
    for (const found of [applied, planned])
      expect(entriesFor(looking.run, stack, found, undefined).map(({ baseName }) => baseName)).toEqual(['cart']);
    const live = situation(looking, { ...both, services: [entry('v1')] }, offered);
    expect(entriesFor(looking.run, stack, live, undefined)).toEqual([]);
  });

  test('are reported as soon as each is written, although another one is refused', async () => {
    const { looking } = await given(PLAIN, [], {}, refusing('late'));
    const target = stackService('v2');
    const both = ['web', 'late'].map((baseName) => ({ baseName, service: 'web-v2', present: undefined }));
    await expect(pointAtCandidate(looking.run, both, [target])).rejects.toMatchObject({ code: 'conflict' });
    await vi.waitFor(() => expect(looking.told()).toContain('created Service web'));
    expect(looking.told()).not.toContain('created Service late');
  });

  const wanted = (present?: Service) => [{ baseName: 'web', service: 'web-v2', present }];

  test('are created after those of the candidate and before its pods', async () => {
    const { looking, writes } = await given(PLAIN);
    await applyStack(looking.run, { ...writes, entries: wanted() }, new Map(), undefined);
    const kinds = looking.asked.filter(({ method }) => method !== 'GET').map(({ body }) => (body as KubeObject).kind);
    expect(kinds.slice(0, 3)).toEqual(['Service', 'Service', 'Deployment']);
    const plain = written(looking, 'Service').find(({ metadata }) => metadata.name === 'web');
    expect(plain?.spec).toMatchObject({ selector: { app: 'web', revision: 'v2' } });
    expect(looking.told()).toContain('Service web points at v2, since nothing is live');
  });

  test('are moved by a guarded patch, or left if they lead there already', async () => {
    const { looking, writes } = await given(PLAIN);
    await applyStack(looking.run, { ...writes, entries: wanted(entry('v1')) }, new Map(), undefined);
    const patch = looking.asked.find(({ path, method }) => method === 'PATCH' && path.endsWith('/services/web'));
    expect(patch?.body).toContainEqual({ op: 'test', path: '/metadata/uid', value: 'web' });
    const again = await given(PLAIN);
    await applyStack(again.looking.run, { ...again.writes, entries: wanted(entry('v2')) }, new Map(), undefined);
    expect(again.looking.asked.filter(({ path }) => path.endsWith('/services/web'))).toEqual([]);
  });

  test('are tried before anything is written', async () => {
    const { looking, writes } = await given(PLAIN);
    const tried = await dryRun(looking.run, { ...writes, entries: wanted() }, () => Promise.resolve(undefined));
    expect(tried.get('/Service/web')?.change).toMatchObject({ action: 'create', object: 'Service web' });
    expect(looking.asked.map(({ query }) => query.dryRun)).not.toContain(undefined);
  });
});
