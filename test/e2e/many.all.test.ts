import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Answer, isLost, Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { frozen, until } from './freeze.ts';
import { deployment, ingress, REGEX, service } from './parts.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/** Three Services behind two live routes with five paths, two hosts and a defaultBackend are one release. */

const cluster = inject('cluster');
let world: World;
let loads: Load[] = [];
const [SHOP, API] = ['many.test', 'api.many.test'];
/** What each URL leads to, whatever the revision. */
const MAP: [string, string, string][] = [
  [SHOP, '/', 'front'],
  [SHOP, '/cart/1', 'cart'],
  [SHOP, '/cart', 'cart'],
  [SHOP, '/api/v1/x', 'api'],
  [SHOP, '/api/old/x', 'front'],
  [API, '/v2/x', 'api'],
  [API, '/anything', 'front'],
];
const PARTS = ['front', 'api', 'cart'];
const ROUTES = { route: 'ingress/shop\ningress/api', app: 'shop' };

beforeAll(async () => {
  world = await makeWorld(cluster, 'many', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const blue = PARTS.flatMap((part) => {
    const labels = { app: part, revision: 'v1' };
    return [
      deployment(cluster, { name: `${part}-v1`, labels, revision: 'v1', env: { PART: part } }),
      service(`${part}-v1`, labels),
    ];
  });
  await apply(cluster, world.namespace, [...blue, ...routes('-v1')]);
  // Written after what Greenpath would sort first, so that order is seen to stay.
  const items = PARTS.toReversed().flatMap((part) => [
    deployment(cluster, { name: part, env: { CALL: 'http://cart$(GREENPATH_SUFFIX)/' } }),
    service(part),
  ]);
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  for (const part of PARTS) await world.kubectl('rollout', 'status', `deployment/${part}-v1`, '--timeout=60s');
  for (const [host, path] of MAP) await untilAnswers(cluster, host, 'v1', path);
  const identify = (headers: Record<string, unknown>) => `${headers['x-part']} ${headers['x-revision']}`;
  loads = [SHOP, API].map((host) => new Load({ proxy: cluster.proxy, host, identify }, 200));
  for (const [host, path] of MAP) {
    const load = loads[host === SHOP ? 0 : 1];
    load?.add({ client: 'fresh', path, rate: 6 });
    load?.add({ client: 'kept-alive', path, rate: 6 });
  }
});
afterAll(async () => {
  await Promise.all(loads.map((load) => load.stop()));
  await world.end();
});

function routes(suffix: string): object[] {
  return [
    ingress(
      'shop',
      [
        { host: SHOP, path: '/', service: `front${suffix}` },
        { host: SHOP, path: '/cart', service: `cart${suffix}` },
        { host: SHOP, path: '/api', service: `api${suffix}` },
        { host: SHOP, path: '/api/old', service: `front${suffix}` },
        { host: SHOP, path: '/other', service: 'other' },
      ],
      REGEX,
    ),
    ingress(
      'api',
      [
        { host: API, path: '/v2', service: `api${suffix}` },
        { host: '', path: '', service: `front${suffix}` },
      ],
      REGEX,
    ),
  ];
}

const { passes } = actsIn(() => world, ROUTES);
/** Part and revision behind each URL below `prefix`. */
const reached = async (prefix: string) =>
  Promise.all(
    MAP.map(async ([host, path]) => {
      const { headers, body } = await ask(cluster, host, prefix + path);
      return [host, path, headers['x-part'], headers['x-revision'], body];
    }),
  );
const expected = (revision: string) =>
  MAP.map(([host, path, part]) => [host, path, part, revision, `revision=${revision} path=${path}\n`]);

test('the preview mirrors every path, stripped; live does not change', async () => {
  await passes('deploy-green', 'v2');
  expect(await reached('/green')).toEqual(expected('v2'));
  expect(await reached('')).toEqual(expected('v1'));
});

test('one patch a route moves all of them, and nothing else in them', async () => {
  await passes('verify', 'v2');
  const before = await backends();
  const { stdout, outputs } = await passes('promote', 'v2');
  expect(stdout).toContain('6 paths of Ingress shop, Ingress api');
  expect(await reached('')).toEqual(expected('v2'));
  const moved = before.map((line) => line.replace(/-v1$/, '-v2'));
  expect(await backends()).toEqual(moved);
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity' });
});

test('rollback takes all of them back; status knows', async () => {
  await passes('rollback');
  expect(await reached('')).toEqual(expected('v1'));
  const { outputs } = await passes('status');
  expect(JSON.parse(outputs.json ?? '').status).toMatchObject({ live: { revision: 'v1' }, switchNote: { left: 'v2' } });
});

test('of two routes one is refused: the other is taken back, and the step says so', async () => {
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  const before = await backends();
  await apply(cluster, world.namespace, frozen('api', world.namespace));
  await untilFrozen('api', true);
  const { exitCode, stdout } = await world.run('promote', 'v2', ROUTES);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the paths of this route are frozen');
  expect(stdout).toContain('The routes that were switched before it were reverted (Ingress shop)');
  expect(await backends()).toEqual(before);
  expect(JSON.stringify(await world.kubectl('get', 'ingress', 'shop', '-o', 'json'))).toContain('left');
  await world.kubectl('delete', 'validatingadmissionpolicy,validatingadmissionpolicybinding', 'frozen-api');
  await untilFrozen('api', false);
});

test('what a run left half-way is refused by others, and finished or taken back', async () => {
  await passes('promote', 'v2');
  const half = async () => {
    const live = JSON.parse(await world.kubectl('get', 'ingress', 'shop', '-o', 'json'));
    const switchNote = { ...JSON.parse(live.metadata.annotations['greenpath.dev/shop']), phase: 'switched' };
    await world.kubectl(
      'annotate',
      '--overwrite',
      'ingress',
      'shop',
      `greenpath.dev/shop=${JSON.stringify(switchNote)}`,
    );
    const old = [
      ...['/spec/rules/0/http/paths/0/backend', '/spec/defaultBackend'].map((path, index) => ({
        op: 'replace',
        path: `${path}/service/name`,
        value: index === 0 ? 'api-v1' : 'front-v1',
      })),
      { op: 'remove', path: '/metadata/annotations/greenpath.dev~1shop' },
    ];
    await world.kubectl('patch', 'ingress', 'api', '--type=json', '-p', JSON.stringify(old));
  };
  await half();
  const refused = await world.run('verify', 'v2', ROUTES);
  expect(refused.stdout).toContain('an earlier run switched only some of the routes to revision v2');
  const { stdout } = await passes('rollback');
  expect(stdout).toContain('Switched: 4 paths of Ingress shop');
  expect(await reached('')).toEqual(expected('v1'));
});

test('nobody noticed any of it', async () => {
  const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
  expect(answers.length).toBeGreaterThan(1_000);
  expect(answers.filter(isLost)).toEqual([]);
  const part = (answer: Answer) => MAP.find(([, path]) => path === answer.path)?.[2];
  expect(answers.filter((answer) => !answer.who.startsWith(`${part(answer)} `))).toEqual([]);
});

/** A policy holds a moment after it was made, and for a moment after it is gone. */
async function untilFrozen(name: string, wanted: boolean): Promise<void> {
  const move = JSON.stringify([{ op: 'add', path: '/spec/rules/0/http/paths/0/path', value: '/frozen' }]);
  await until(async () => {
    const patch = world.kubectl('patch', 'ingress', name, '--type=json', '--dry-run=server', '-p', move);
    return patch.then(
      () => !wanted,
      () => wanted,
    );
  });
}

async function backends(): Promise<string[]> {
  const list = JSON.parse(await world.kubectl('get', 'ingress', 'shop', 'api', '-o', 'json'));
  return list.items.flatMap(
    (item: { spec: { rules: { host: string; http: { paths: never[] } }[]; defaultBackend?: object } }) => [
      ...item.spec.rules.flatMap(({ host, http }) =>
        http.paths.map(
          ({ path, backend }: { path: string; backend: { service: { name: string } } }) =>
            `${host}${path} ${backend.service.name}`,
        ),
      ),
      ...(item.spec.defaultBackend === undefined
        ? []
        : [`default ${(item.spec.defaultBackend as { service: { name: string } }).service.name}`]),
    ],
  );
}
