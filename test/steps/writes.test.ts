import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Recorded } from '../../src/state/records.ts';
import { holdStrength, releaseStrength } from '../../src/steps/limits.ts';
import { redeployed } from '../../src/steps/redeploy.ts';
import { removeStack } from '../../src/steps/remove.ts';
import { isAsRead, removeObject } from '../../src/steps/remove-object.ts';
import { scaleTo } from '../../src/steps/scale.ts';
import { planShared, writeShared } from '../../src/steps/shared-objects.ts';
import { strengthenLater, strengthenSide } from '../../src/steps/strength.ts';
import { tellEntries, tellRoutes } from '../../src/steps/tell-unapplied.ts';
import { inTurn, json } from '../cluster/server.ts';
import { side } from '../core/support.ts';
import { byPath, entry, ingress, items, look, situation, slice, stackService } from '../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from './stacks.ts';

/** How objects are written and removed without taking anything from somebody else. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };
const [GREEN, BLUE] = [side('web-v2'), side('web-v1', 'v1')];
const pods = (name: string, replicas = 1, revision = 'v2'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, uid: name, resourceVersion: '7', labels: { 'greenpath.dev/revision': revision } },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web', revision } } },
  },
});
const forbidden = (kind: string, verb: string) =>
  json(403, {
    message: `${kind} is forbidden: User "x" cannot ${verb} resource "${kind}" in API group "autoscaling" in the namespace "shop"`,
  });

describe('a removal', () => {
  const object = { ...V2, metadata: { ...V2.metadata, generation: 1, resourceVersion: '7' } };
  const now = (more: object) => json(200, { ...object, metadata: { ...object.metadata, ...more } });
  const isMeant = isAsRead(object);

  test.each<[string, Parameters<typeof inTurn>, 'removed' | 'gone' | 'conflict', number]>([
    ['of what is as it was read', [json(200)], 'removed', 1],
    ['of what is gone', [json(404)], 'gone', 1],
    [
      'of what got another status meanwhile',
      [json(409), now({ resourceVersion: '8' }), now({ resourceVersion: '8' }), json(200)],
      'removed',
      4,
    ],
    ['of what says something else now', [json(409), now({ generation: 2 }), now({ generation: 2 })], 'conflict', 3],
    ['of what carries other labels now', [json(409), now({ labels: {} }), now({ labels: {} })], 'conflict', 3],
    ['of what another one has the name of', [json(409), now({ uid: 'other' })], 'gone', 2],
  ])('%s', async (_, answers, end, requests) => {
    const looking = await look({}, inTurn(...answers));
    const code = await removeObject(looking.run, object, isMeant).then(
      () => undefined,
      (error) => error.code,
    );
    expect(code).toBe(end === 'conflict' ? 'conflict' : undefined);
    expect(looking.run.known.outputs.changed).toBe(end === 'removed');
    expect(looking.asked).toHaveLength(requests);
  });

  test('is tried five times against whoever writes all the time', async () => {
    const looking = await look({}, (response, asked, count) =>
      (asked.method === 'DELETE' ? json(409) : now({}))(response, asked, count),
    );
    await expect(removeObject(looking.run, object, isMeant)).rejects.toMatchObject({ code: 'conflict' });
    expect(looking.asked.filter(({ method }) => method === 'DELETE')).toHaveLength(5);
  });
});

test('of a stack, only what Greenpath created goes, and the record goes last', async () => {
  const record = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'greenpath-web-v2', uid: 'r', labels: V2.metadata.labels ?? {} },
  };
  const foreign = { ...V2, metadata: { ...V2.metadata, name: 'own', uid: 'own', managedFields: [] } };
  const looking = await look({}, json(200, {}));
  await removeStack(looking.run, {
    revision: 'v2',
    objects: [record, foreign, V2, stackService('v1')],
    recorded: undefined,
  });
  expect(looking.asked.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/').at(-1))).toEqual([
    'web-v2',
    'greenpath-web-v2',
  ]);
  expect(looking.told()).toContain('Service own stays: Greenpath did not create it');
  const recorded = { release: { objects: [{ uid: 'own', created: true }] } } as unknown as Recorded;
  const known = await look({ 'dry-run': 'true' }, json(200, {}));
  await removeStack(known.run, { revision: 'v2', objects: [foreign], recorded });
  expect(known.told()).toContain('Dry run: would remove revision v2: Service own');
});

describe('a side', () => {
  const hpa = (name: string) => ({
    metadata: { name: 'hpa', uid: 'h' },
    spec: { minReplicas: 1, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name } },
  });

  test('at strength is left alone', async () => {
    const looking = await look();
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 2), slice('web-v2', 2)] });
    expect(await strengthenSide(looking.run, found, GREEN, BLUE)).toBe(false);
    expect(looking.told()).toContain('web-v2 is at strength: 2 ready pods');
  });

  test.each([
    [
      'whose Service is gone',
      { services: [V1] },
      GREEN,
      'Service web-v2 is gone',
      'Run deploy-green for this revision again',
    ],
    ['behind whose Service nothing is', {}, GREEN, 'no Deployment is behind Service web-v2', 'Run deploy-green'],
    [
      'that was there before Greenpath',
      { services: [V1] },
      { ...GREEN, revision: 'adopted' },
      'is gone',
      'apply it again yourself',
    ],
  ])('%s cannot be', async (_, namespace, to, message, next) => {
    const looking = await look({}, byPath({ 'GET deployments': items() }));
    const found = situation(looking, { ...LIVE, ...namespace });
    await expect(strengthenSide(looking.run, found, to, BLUE)).rejects.toMatchObject({
      code: 'no-candidate',
      message: expect.stringContaining(message),
      next: expect.stringContaining(next),
    });
    // Visitors are there already: it is thrown only by the wait.
    const later = await strengthenLater(looking.run, found, to, BLUE);
    await expect(later?.()).rejects.toMatchObject({ code: 'no-candidate' });
  });

  test('that is weaker would be scaled, which a dry run only says', async () => {
    const looking = await look({ 'dry-run': 'true' }, byPath({ 'GET deployments': items(pods('web-v2')) }));
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 3), slice('web-v2', 1)] });
    expect(await strengthenSide(looking.run, found, GREEN, BLUE)).toBe(false);
    expect(looking.told()).toContain('web-v2 has 1 ready pod, and 3 are needed');
  });

  test('that was left keeps its pods until retire: its HPA is held there, and let go', async () => {
    const answers = {
      'GET horizontalpodautoscalers': items(hpa('web-v1')),
      'GET deployments': items(pods('web-v1', 3, 'v1')),
      'PATCH horizontalpodautoscalers/hpa': json(200, hpa('web-v1')),
    };
    const looking = await look({}, byPath(answers));
    const found = situation(looking, { ...LIVE, slices: [slice('web-v1', 3)] });
    await holdStrength(looking.run, found, BLUE);
    expect(looking.asked.at(-1)?.body).toMatchObject({
      spec: { minReplicas: 3 },
      metadata: { annotations: { 'greenpath.dev/limits': '1..5' } },
    });
    const held = {
      ...hpa('web-v1'),
      metadata: { name: 'hpa', uid: 'h', annotations: { 'greenpath.dev/limits': '1..5' } },
    };
    const back = await look({}, byPath({ ...answers, 'GET horizontalpodautoscalers': items(held) }));
    await releaseStrength(back.run, [pods('web-v1', 3, 'v1'), pods('other')]);
    expect(back.asked.at(-1)?.body).toMatchObject({ spec: { minReplicas: 1, maxReplicas: 5 } });
  });

  test('without an HPA, or where the Role may not list them, is held by nothing', async () => {
    const looking = await look(
      {},
      byPath({ 'GET horizontalpodautoscalers': forbidden('horizontalpodautoscalers', 'list') }),
    );
    await holdStrength(looking.run, situation(looking, LIVE), BLUE);
    expect(looking.told()).toContain('HorizontalPodAutoscalers were not looked at');
    expect(looking.asked).toHaveLength(1);
  });
});

test('a Deployment that another one has the name of is not scaled', async () => {
  const looking = await look({}, inTurn(json(200, pods('web-v2', 3)), json(409)));
  expect((await scaleTo(looking.run, pods('web-v2'), 3)).spec).toMatchObject({ replicas: 3 });
  expect(looking.told()).toContain('Deployment web-v2 scaled from 1 to 3');
  await expect(scaleTo(looking.run, pods('web-v2'), 3)).rejects.toMatchObject({ code: 'conflict' });
});

describe('the same revision again', () => {
  const stack = stackOf(...PLAIN);
  const record = (digest: string, more: object = {}) =>
    ({
      release: { revision: 'v2', digest, twins: stack.twins, objects: [], ...more },
      timeline: [],
      stamp: {},
    }) as unknown as Recorded;
  const again = async (
    recorded: Recorded | undefined,
    namespace = LIVE,
    answers: Parameters<typeof byPath>[0] = {},
  ) => {
    const looking = await look({}, byPath(answers));
    const how = await redeployed(looking.run, stack, situation(looking, namespace), recorded).catch((error) => error);
    return { looking, how };
  };

  test('with the same content is deployed again', async () => {
    expect((await again(record(stack.digest))).how).toEqual({ outcome: 'deploy', stands: 'candidate' });
  });

  test('with other content has to be verified again', async () => {
    const { how, looking } = await again(record('other'));
    expect(how).toEqual({ outcome: 'void', stands: 'candidate' });
    expect(looking.told()).toContain('it has to be verified again');
  });

  test('that is live with other content is refused, and what differs is named', async () => {
    const live = { ...LIVE, ingresses: [ingress('web', { paths: { '/': 'web-v2' } })] };
    const objects = [
      { kind: 'Deployment', name: 'web-v2' },
      { kind: 'Secret', name: 'old' },
    ];
    const { how } = await again(record('other', { objects }), live, { 'GET deployments': items() });
    expect(how).toMatchObject({
      code: 'already-live',
      message: expect.stringMatching(
        /is live with other content.*Service web-v2 \(not there\).*Secret old \(not in the manifests\)/,
      ),
    });
  });

  test('whose names another revision has is refused', async () => {
    const other = {
      ...V2,
      metadata: { ...V2.metadata, labels: { ...V2.metadata.labels, 'greenpath.dev/revision': 'v-2' } },
    };
    const { how } = await again(undefined, { ...LIVE, services: [V1, other] });
    expect(how).toMatchObject({
      code: 'manifest',
      message: expect.stringContaining('would use the names of revision v-2'),
    });
  });
});

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
    const looking = await look({}, byPath({ 'PATCH configmaps/site': json(201, {}) }));
    const changes = await planShared(looking.run, stackOf(...PLAIN, shared('a: "1"')), situation(looking, LIVE));
    expect(changes).toMatchObject([{ create: { object: { metadata: { name: 'site' } } } }]);
    await writeShared(looking.run, changes);
    expect(looking.told()).toContain('created ConfigMap site');
  });

  test('and there stays as it is, and what the manifests say else is told', async () => {
    const looking = await look({}, byPath({ 'GET configmaps/site': present }));
    const found = situation(looking, LIVE);
    expect(await planShared(looking.run, stackOf(...PLAIN, shared('a: "2"')), found)).toEqual([]);
    expect(looking.told()).toContain(
      'ConfigMap site is shared and stays as it is; the manifests say something else under data',
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
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site', resourceVersion: '7' } },
      data: { b: '2' },
      diff: '+ b',
    };
    const looking = await look({}, inTurn(json(200, {}), json(409)));
    await writeShared(looking.run, [{ set }]);
    expect(looking.asked[0]?.body).toMatchObject({ data: { b: '2' }, metadata: { resourceVersion: '7' } });
    await expect(writeShared(looking.run, [{ set }])).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('what is never applied', () => {
  const route = (
    path: string,
    name = 'web',
  ) => `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: ${name}}, spec: {ingressClassName: nginx,
    rules: [{host: shop.test, http: {paths: [{path: ${path}, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}`;
  const told = async (work: (looking: Awaited<ReturnType<typeof look>>) => void) => {
    const looking = await look();
    work(looking);
    return looking.told();
  };

  test('a live route that exists is left as it is, and its difference is told', async () => {
    const say = (path: string) =>
      told((looking) => tellRoutes(looking.run, stackOf(...PLAIN, route(path)), situation(looking, LIVE)));
    expect(await say('/')).not.toContain('::notice::');
    expect(await say('/shop')).toContain(
      'Ingress web exists and stays as it is; the manifests say something else under spec.rules',
    );
  });

  test('one that does not exist is created by promote, and one that is no live route is left alone', async () => {
    const text = await told((looking) => {
      const planned = [ingress('web', { paths: { '/': 'web' } })];
      const found = situation(looking, { services: [V2] }, undefined, planned);
      tellRoutes(looking.run, stackOf(...PLAIN, route('/'), route('/', 'other')), found);
    });
    expect(text).toContain('Ingress web does not exist: promote will create it');
    expect(text).toContain('Ingress other is no live route of this step and is left alone');
  });

  test('the form of a plain Service stays as it was made', async () => {
    const annotated = SERVICE.replace('name: web}', 'name: web, annotations: {team: a}}');
    const say = (service: string) =>
      told((looking) =>
        tellEntries(
          looking.run,
          stackOf(deployment('web', 'volumes: [{name: data, emptyDir: {}}], '), service),
          situation(looking, { ...LIVE, services: [V1, entry('v1')] }),
        ),
      );
    expect(await say(annotated)).toContain('Service web stays as it was made; the manifests say something else under');
    expect(await say(SERVICE)).not.toContain('stays as it was made');
  });
});
