import { describe, expect, test } from 'vitest';
import { podLabels } from '../../../src/core/kube/workload.ts';
import {
  besideLive,
  otherCandidate,
  refuseCollisions,
  routesIn,
  withWorkers,
} from '../../../src/steps/candidate/candidate.ts';
import { byPath, entry, ingress, items, look, preview, service, situation, stackService } from '../../state/app.ts';
import { deployment, PLAIN, SERVICE, stackOf } from '../stacks.ts';

/** What a candidate may be beside the version that is live, and beside another candidate. */

const LIVE = { ingresses: [ingress()], services: [stackService('v1')] };

describe('a second candidate', () => {
  const shows = (revision: string) => ({
    ingresses: [ingress(), preview(revision)],
    services: [stackService('v1'), stackService(revision)],
  });
  const other = async (revision: string, inputs: Record<string, string> = {}) => {
    const looking = await look(inputs);
    return otherCandidate(looking.run, situation(looking, shows(revision)));
  };

  test('is refused while another one waits', async () => {
    await expect(other('v3')).rejects.toMatchObject({
      code: 'candidate-exists',
      message: expect.stringContaining('revision v3 is the candidate of app web'),
    });
  });

  test('takes its place if that is asked for', async () => {
    expect(await other('v3', { mode: 'deploy-green', manifests: 'package.json', supersede: 'true' })).toBe('v3');
  });

  test('is none if it is the same one, or what is live', async () => {
    expect(await other('v2')).toBeUndefined();
    expect(await other('v1')).toBeUndefined();
    const looking = await look();
    expect(otherCandidate(looking.run, situation(looking, LIVE))).toBeUndefined();
  });
});

describe('pods that a Service of somebody else would select', () => {
  const wide = service('all', { app: 'web' });
  const namespace = { ...LIVE, services: [stackService('v1'), wide] };

  test('get another label value, so that it does not', async () => {
    const looking = await look({}, byPath({ 'GET networkpolicies': items() }));
    const found = situation(looking, namespace);
    const stack = await besideLive(looking.run, stackOf(...PLAIN), found);
    const pods = stack.own.find(({ object }) => object.kind === 'Deployment');
    expect(pods && podLabels(pods.object).app).not.toBe('web');
    expect(looking.told()).toContain('Pods get another label value');
    expect(() => refuseCollisions(looking.run, stack, found)).not.toThrow();
  });

  test('are refused where that would take them out of a NetworkPolicy', async () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed' },
      spec: { podSelector: { matchLabels: { app: 'web' } } },
    };
    const looking = await look({}, byPath({ 'GET networkpolicies': items(policy) }));
    await expect(besideLive(looking.run, stackOf(...PLAIN), situation(looking, namespace))).rejects.toMatchObject({
      code: 'selector-collision',
      message: expect.stringContaining('closed'),
    });
  });

  test('are refused at the place of their Deployment if nothing was changed', async () => {
    const looking = await look();
    const found = situation(looking, namespace);
    expect(() => refuseCollisions(looking.run, stackOf(...PLAIN), found)).toThrow(
      expect.objectContaining({
        code: 'selector-collision',
        message: expect.stringContaining('would match the selector of Service all'),
        problems: [expect.objectContaining({ place: expect.objectContaining({ file: 'all.yaml' }) })],
      }),
    );
  });

  test('are none where the Service follows the live version on purpose, or is of no kind of Kubernetes', async () => {
    const looking = await look();
    const found = situation(looking, { ...LIVE, services: [stackService('v1'), entry('v1')] });
    const stack = stackOf(...PLAIN);
    expect(await besideLive(looking.run, stack, found)).toEqual(stack);
    expect(() => refuseCollisions(looking.run, stack, found)).not.toThrow();
  });
});

test('a Service that an earlier deployment of the revision left selects its pods on purpose', async () => {
  const looking = await look();
  const stack = stackOf(...PLAIN);
  const left = { ...stackService('v2', 'mail'), spec: { ...stackService('v2').spec } };
  const found = situation(looking, { ...LIVE, services: [stackService('v1'), left] });
  expect(await besideLive(looking.run, stack, found)).toEqual(stack);
  expect(() => refuseCollisions(looking.run, stack, found)).not.toThrow();
});

test('a revision that is there already keeps the labels that its pods got', async () => {
  const stack = stackOf(...PLAIN);
  const labels = { app: 'web-v2', revision: 'v2' };
  const present = stack.own.flatMap(({ object }) => (object.kind === 'Deployment' ? [object] : []))[0];
  const relabelled = { ...present, spec: { selector: { matchLabels: labels }, template: { metadata: { labels } } } };
  const looking = await look({}, byPath({ 'GET deployments': items(relabelled) }));
  const found = situation(looking, { ...LIVE, services: [stackService('v1'), stackService('v2')] });
  const beside = await besideLive(looking.run, stack, found);
  const pods = beside.own.find(({ object }) => object.kind === 'Deployment');
  expect(pods && podLabels(pods.object)).toMatchObject({ app: 'web-v2' });
});

test('a Deployment without a Service waits as a worker, unless a Service outside of the manifests selects it', async () => {
  const looking = await look();
  const manifests = stackOf(...PLAIN, deployment('jobs', 'volumes: [{name: data, emptyDir: {}}], '));
  const replicas = (stack: typeof manifests) =>
    stack.own.flatMap(({ object }) =>
      object.metadata.name === 'jobs-v2' ? [(object.spec as { replicas?: number }).replicas] : [],
    );
  expect(replicas(withWorkers(looking.run, manifests, situation(looking, LIVE)))).toEqual([0]);
  const caller = service('outside', { app: 'jobs' });
  const called = situation(looking, { ...LIVE, services: [stackService('v1'), caller] });
  expect(replicas(withWorkers(looking.run, manifests, called))).not.toEqual([0]);
  expect(looking.told()).toContain('starts with its stack and is no worker: Service outside');
});

test('routes of the manifests stand for live routes that name Services by their plain names', () => {
  const route = `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {
    defaultBackend: {service: {name: web, port: {number: 80}}},
    rules: [{host: shop.test, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}`;
  const [first] = routesIn(stackOf(deployment('web', 'volumes: [{name: data, emptyDir: {}}], '), SERVICE, route));
  const backend = { service: { name: 'web', port: { number: 80 } } };
  expect(first).toMatchObject({ spec: { defaultBackend: backend, rules: [{ http: { paths: [{ backend }] } }] } });
});
