import { describe, expect, test } from 'vitest';
import { KIND } from '../../../src/core/kube/kinds.ts';
import { planShared, writeShared } from '../../../src/steps/candidate/shared-objects.ts';
import { type Asked, inTurn, json } from '../../cluster/server.ts';
import { byPath, ingress, items, look, situation, stackService } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** What is shared between revisions is created once and never changed under anybody. */

/** Any file: these tests do not read it. */
const FILE = 'package.json';
const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };

describe('what is shared', () => {
  const shared = (data: string) =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: site, annotations: {greenpath.dev/shared: "true"}}, data: {${data}}}`;
  const present = json(200, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'site', resourceVersion: '7' },
    data: { a: '1' },
  });

  test('is created once', async () => {
    const looking = await look({}, byPath({ 'POST configmaps': json(201, {}) }));
    const changes = await planShared(looking.run, stackOf(...PLAIN, shared('a: "1"')), situation(looking, LIVE));
    expect(changes).toMatchObject([{ create: { object: { metadata: { name: 'site' } } } }]);
    await writeShared(looking.run, changes);
    expect(looking.told()).toContain('created ConfigMap site');
  });

  test('and there stays as it is, and what differs in the manifests is reported', async () => {
    const looking = await look({}, byPath({ 'GET configmaps/site': present }));
    const found = situation(looking, LIVE);
    expect(await planShared(looking.run, stackOf(...PLAIN, shared('a: "2"')), found)).toEqual([]);
    expect(looking.told()).toContain(
      'ConfigMap site is shared and is not changed; it differs from the manifests in data',
    );
    const same = await look({}, byPath({ 'GET configmaps/site': present }));
    await planShared(same.run, stackOf(...PLAIN, shared('a: "1"')), situation(same, LIVE));
    expect(same.told()).not.toContain('something else');
  });

  test('of a kind that the cluster does not know is a problem at its place', async () => {
    const looking = await look({}, json(404));
    const strange =
      '{apiVersion: a.test/v1, kind: Widget, metadata: {name: w, annotations: {greenpath.dev/shared: "true"}}}';
    await expect(planShared(looking.run, stackOf(...PLAIN, strange), situation(looking, LIVE))).rejects.toMatchObject({
      code: 'manifest',
      problems: [expect.objectContaining({ place: expect.objectContaining({ file: 'all.yaml' }) })],
    });
  });

  test('keys of it are set under the version that was compared', async () => {
    const set = {
      kind: KIND.ConfigMap,
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site', resourceVersion: '7' } },
      content: { data: { b: '2' } },
      diff: '+ b',
    };
    const looking = await look({}, inTurn(json(200, {}), json(409)));
    await writeShared(looking.run, [{ set }]);
    expect(looking.asked[0]?.body).toMatchObject({ data: { b: '2' }, metadata: { resourceVersion: '7' } });
    await expect(writeShared(looking.run, [{ set }])).rejects.toMatchObject({ code: 'conflict' });
  });
});

/** What the manifests have, what the cluster has instead, and what is said of it. */
const DIFFERENCES: [string, string, RegExp][] = [
  ['"acme/web"', '"acme/web:old"', /::warning::Deployment db is backing .*So it goes on to run acme\/web:old/],
  ['"image":"acme/web",', '', /::warning::Deployment db is backing .*So it does not run acme\/web/],
  ['"/data"', '"/old"', /::notice::Deployment db is backing and is not changed; /],
];

describe('what is backing', () => {
  const DATABASE = [
    deployment('db', 'volumes: [{name: data, emptyDir: {}}], ', '', ', annotations: {greenpath.dev/backing: "true"}'),
    SERVICE.replaceAll('web', 'db'),
  ];
  const manifests = stackOf(...PLAIN, ...DATABASE);
  const plan = async (answers: Parameters<typeof byPath>[0], inputs = {}) => {
    const looking = await look(inputs, byPath({ 'GET deployments': items(), ...answers }));
    const changes = await planShared(looking.run, manifests, situation(looking, LIVE));
    return { looking, changes };
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', resourceVersion: '7', annotations: { team: 'a' } },
    spec: { selector: { app: 'db' }, ports: [{ port: 5432, name: 'http' }] },
  };
  const there = { 'GET services/db': json(200, service) };
  const forbidden = (resource: string) =>
    json(403, {
      message: `${resource} "db" is forbidden: User "u" cannot get resource "${resource}" in API group "" in the namespace "shop"`,
    });
  const isDry = (request: Asked) => request.query.dryRun === 'All';

  test('is created with what belongs to it, its workload last', async () => {
    const { looking, changes } = await plan({
      'POST services': json(201, service),
      'POST deployments': json(201, { ...service, kind: 'Deployment' }),
    });
    expect(await writeShared(looking.run, changes)).toMatchObject([{ kind: 'Service' }, { kind: 'Deployment' }]);
    const created = looking.asked.filter(({ method }) => method === 'POST');
    expect(created.map(({ path }) => path.split('/').at(-1))).toEqual(['services', 'deployments']);
  });

  test('stays as somebody else has created it meanwhile', async () => {
    const { looking, changes } = await plan({ 'POST services': json(409), 'POST deployments': json(409) });
    expect(await writeShared(looking.run, changes)).toEqual([]);
    expect(looking.told()).toContain('Service db was created by somebody else meanwhile, and stays');
    expect(looking.asked.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  test('is not created beside a Deployment of an earlier release that may hold its data', async () => {
    const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/name': 'db' };
    const earlier = (replicas: number) => ({ metadata: { name: 'db-v1', labels }, spec: { replicas } });
    const names = async (replicas: number) => {
      const { looking, changes } = await plan({ ...there, 'GET deployments': items(earlier(replicas)) });
      return { told: looking.told(), created: changes.flatMap(({ create }) => create?.given ?? []) };
    };
    const beside = await names(1);
    expect(beside.created).toEqual([]);
    expect(beside.told).toContain(
      'Deployment db is not created: Deployment db-v1, of an earlier release, may hold its data',
    );
    expect((await names(0)).created).toEqual(['Deployment db']);
  });

  test('is left alone where the account may not look at it', async () => {
    const { looking, changes } = await plan({ 'GET services/db': forbidden('services') });
    expect(changes.flatMap(({ create }) => create?.given ?? [])).toEqual(['Deployment db']);
    expect(looking.told()).toContain(
      'Service db is left alone and was not looked at: the account may not get services',
    );
  });

  test('is applied in place where the config says so: what differs, in the version that was compared', async () => {
    const changed = { ...service, spec: { ...service.spec, ports: [{ port: 80, name: 'http' }] } };
    const answers = {
      ...there,
      'GET deployments/db': forbidden('deployments'),
      'PATCH services/db': json(200, changed),
    };
    const kept = await plan(answers);
    expect(kept.changes).toEqual([]);
    expect(kept.looking.asked.filter(({ method }) => method === 'PATCH').every(isDry)).toBe(true);
    expect(kept.looking.told()).toContain(
      'Service db is backing and is not changed; it differs from the manifests in spec.ports',
    );
    const { looking, changes } = await plan(answers, {
      config: 'backing: apply',
      mode: 'deploy-green',
      manifests: FILE,
    });
    expect(looking.told()).toContain('Service db is backing and is changed in place: spec.ports');
    await writeShared(looking.run, changes);
    const written = looking.asked.filter((request) => request.method === 'PATCH' && !isDry(request));
    expect(written.map(({ body }) => body)).toMatchObject([
      { spec: { ports: [{ port: 80, name: 'http' }] }, metadata: { resourceVersion: '7' } },
    ]);
  });

  test.each(DIFFERENCES)(
    'with %s in the manifests and %s in the cluster is told: an old image with a warning',
    async (ours, theirs, said) => {
      const wanted = manifests.shared.find(({ object }) => object.kind === 'Deployment')?.object;
      const present = JSON.parse(JSON.stringify(wanted).replace(ours, theirs));
      present.metadata.resourceVersion = '7';
      const { looking } = await plan({
        ...there,
        'GET deployments/db': json(200, present),
        'PATCH deployments/db': json(200, wanted),
        'PATCH services/db': json(200, service),
      });
      expect(looking.told()).toMatch(said);
    },
  );

  test('is refused in the plan where the server would not apply it', async () => {
    const answers = {
      ...there,
      'GET deployments/db': forbidden('deployments'),
      'PATCH services/db': json(422, { message: 'spec is immutable' }),
    };
    await expect(
      plan(answers, { config: 'backing: apply', mode: 'deploy-green', manifests: FILE }),
    ).rejects.toMatchObject({
      code: 'refused-by-server',
      problems: [expect.objectContaining({ place: expect.objectContaining({ file: 'all.yaml' }) })],
    });
  });
});

test('a Role that the account may not create is left alone', async () => {
  const role = '{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: web}, rules: []}';
  const plan = async (answer: ReturnType<typeof json>) => {
    const looking = await look({}, byPath({ 'POST roles': answer }));
    const changes = await planShared(looking.run, stackOf(...PLAIN, role), situation(looking, LIVE));
    return { told: looking.told(), created: changes.flatMap(({ create }) => create?.given ?? []) };
  };
  const refused = await plan(
    json(403, { message: 'user "u" is attempting to grant RBAC permissions not currently held' }),
  );
  expect(refused.created).toEqual([]);
  expect(refused.told).toContain('Role web is left alone: the account may not create it');
  expect((await plan(json(201, {}))).created).toEqual(['Role web']);
});
