import { describe, expect, test } from 'vitest';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { type InsideFacts, insideStatus } from '../../../src/core/release/follower-status.ts';
import {
  driftError,
  driftedEntries,
  driftedWorkers,
  isFaithfulEntry,
  lastLedTo,
  missingEntries,
} from '../../../src/core/release/followers.ts';
import { only, service, side } from '../support.ts';

const LABELS = { 'greenpath.dev/app': 'web' };
const V1 = service('web-v1', 'v1', { ...LABELS, 'greenpath.dev/revision': 'v1' });
const V2 = service('web-v2', 'v2', { ...LABELS, 'greenpath.dev/revision': 'v2' });
function entry(
  selector: Record<string, string>,
  ports: Service['spec']['ports'] = [{ port: 80 }],
  app = 'web',
): Service {
  const written = { manager: 'kubectl-client-side-apply', time: 'T', fieldsV1: { 'f:spec': { 'f:selector': {} } } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', annotations: { 'greenpath.dev/entry': app }, managedFields: [written] },
    spec: { selector, ports },
  };
}
const inside = (plain: Service | undefined, more: object = {}) => ({
  app: 'web',
  services: [V1, V2, ...(plain ? [plain] : [])],
  live: side('web-v2', 'v2'),
  left: undefined,
  ...more,
});
const lives = { app: 'web', revision: 'v2' };

describe('plain Services', () => {
  test.each<[string, Service | undefined, object, number]>([
    ['leads to the live side', entry(lives), {}, 0],
    ['has a node port besides', entry(lives, [{ port: 80, nodePort: 30_000 }]), {}, 0],
    ['lost the revision (server-side apply)', entry({ app: 'web' }), {}, 1],
    ['got another label back (kubectl apply)', entry({ app: 'web', revision: 'v2', tier: 'x' }), {}, 1],
    ['leads to another revision', entry({ app: 'web', revision: 'v1' }), {}, 1],
    [
      'leads to the side that an unproven switch left',
      entry({ app: 'web', revision: 'v1' }),
      { left: side('web-v1', 'v1') },
      0,
    ],
    ['leads to both sides of an unproven switch', entry({ app: 'web' }), { left: side('web-v1', 'v1') }, 1],
    ['asks for nothing', entry({}), {}, 1],
    ['offers other ports', entry(lives, [{ port: 81 }]), {}, 1],
    ['is of another app', entry({ app: 'web' }, [{ port: 80 }], 'api'), {}, 0],
    ['has no counterpart on the live side', entry({ app: 'web' }), { live: side('api-v2', 'v2', 'api') }, 0],
    ['does not exist', undefined, {}, 0],
  ])('one that %s', (_, plain, more, count) => expect(driftedEntries(inside(plain, more))).toHaveLength(count));

  test('the refusal says who wrote what, and the step that repairs it', () => {
    const drift = only(driftedEntries(inside(entry({ app: 'web' }))));
    const error = driftError([drift], 'v2');
    expect(error.code).toBe('drifted');
    expect(error.message).toBe(
      'Service web selects pods with app=web, not with app=web,revision=v2 (kubectl-client-side-apply wrote it at T), so not all callers inside the cluster reach v2, the live revision',
    );
    expect(error.next).toMatch(/^Run promote for revision v2: .*kubectl apply: remove the Service from/);
    expect(driftError([drift], 'adopted').next).toMatch(/^Run rollback with to: adopted: /);
  });

  test.each<[string, Service, boolean]>([
    ['one revision', entry(lives), true],
    ['another revision', entry({ app: 'web', revision: 'v1' }), true],
    ['pods of all revisions', entry({ app: 'web' }), false],
    ['one revision, of another app', entry(lives, [{ port: 80 }], 'api'), false],
    ['one revision, and is no entry', service('web', 'v2'), false],
  ])('an entry is faithful if it leads to one revision of its app: %s', (_, plain, faithful) =>
    expect(isFaithfulEntry(plain, [V1, V2], 'web')).toBe(faithful),
  );

  test('one that was deleted is missed, where the live version has one of its own', () => {
    expect(only(missingEntries([V1, V2], side('web-v2'))).text).toContain('Service web was deleted');
    expect(missingEntries([V1, V2, entry(lives)], side('web-v2'))).toEqual([]);
    expect(missingEntries([service('web')], side('web'))).toEqual([]);
  });

  test('one that another took the place of is missed if that leads to the live pods and to more', () => {
    const other = (selector: Record<string, string>) => ({
      ...service('web'),
      spec: { selector, ports: [{ port: 80 }] },
    });
    const missed = (selector: Record<string, string>) => missingEntries([V1, V2, other(selector)], side('web-v2'));
    expect(only(missed({ app: 'web' })).text).toContain('Service web selects pods with app=web, not with');
    expect(missed({ app: 'else' })).toEqual([]);
    expect(missed(lives)).toEqual([]);
  });
});

function worker(name: string, revision: string | undefined, replicas: number): KubeObject {
  const labels = revision && { ...LABELS, 'greenpath.dev/name': 'mailer', 'greenpath.dev/revision': revision };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...(labels && { labels }), annotations: { 'greenpath.dev/replicas': '2' } },
    spec: { replicas, template: { metadata: { labels: { app: 'mailer' } } } },
  };
}
const drifted = (deployments: KubeObject[], more: object = {}) =>
  driftedWorkers(deployments, inside(entry(lives), more)).map(({ object }) => object.metadata.name);

describe('workers', () => {
  const whole = [worker('mailer-v1', 'v1', 0), worker('mailer-v2', 'v2', 2)];
  test('only those of the live revision work', () => expect(drifted(whole)).toEqual([]));
  test('one that works beside them', () =>
    expect(drifted([worker('mailer-v1', 'v1', 1), worker('mailer-v2', 'v2', 2)])).toEqual(['mailer-v1']));
  test('one that was there before Greenpath, and was applied again', () =>
    expect(drifted([...whole, worker('mailer', undefined, 1)])).toEqual(['mailer']));
  test('one that does not work', () => expect(drifted([worker('mailer-v2', 'v2', 0)])).toEqual(['mailer-v2']));
  test('a switch that is not proven explains it', () =>
    expect(drifted([worker('mailer-v1', 'v1', 1)], { left: side('web-v1', 'v1') })).toEqual([]));
});

describe('the Service that would lose its last pods', () => {
  const stack = [worker('mailer-v1', 'v1', 1), worker('mailer-v2', 'v2', 2)];
  const of = (revision: string, labels: Record<string, string>, replicas = 1) => {
    const one = worker(`api-${revision}`, revision, replicas);
    return { ...one, spec: { replicas, template: { metadata: { labels } } } };
  };
  const selecting = (selector: Record<string, string>, labels = {}) => ({
    ...service('api', undefined, labels),
    spec: { selector },
  });
  test.each<[string, Service, boolean]>([
    ['of no stack', selecting({ app: 'api' }), true],
    ['an entry whose Service the live version has no more', selecting({ app: 'api', revision: 'v1' }), true],
    ['of the stack itself', selecting({ app: 'api' }, { 'greenpath.dev/revision': 'v1' }), false],
    ['one that the live version has pods for, too', selecting({ tier: 'any' }), false],
    ['one that selects nothing', selecting({}), false],
  ])('%s', (_, caller, kept) => {
    const deployments = [
      ...stack,
      of('v1', { app: 'api', revision: 'v1', tier: 'any' }),
      of('v2', { app: 'web', tier: 'any' }),
    ];
    expect(lastLedTo(deployments, [caller], 'v1', 'v2')).toEqual(kept ? caller : undefined);
  });
});

test('status shows what drifted first, then how the rest stands', () => {
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web-v2', annotations: { 'greenpath.dev/limits': '1..9' } },
    spec: { minReplicas: 4, maxReplicas: 9 },
  };
  const facts: InsideFacts = {
    ...inside(entry(lives)),
    plain: true,
    workloads: [worker('mailer-v1', 'v1', 1), worker('mailer-v2', 'v2', 2)],
    hpas: [hpa],
  };
  expect(insideStatus(facts)).toEqual([
    expect.objectContaining({ object: 'Deployment mailer-v1', drifted: true }),
    { object: 'Service web', state: 'points at web-v2', drifted: false },
    { object: 'Deployment mailer-v2', state: '2 pods', drifted: false },
    { object: 'HorizontalPodAutoscaler web-v2', state: 'held at 4 or more until retire', drifted: false },
  ]);
  const state = (change: object) => insideStatus({ ...facts, workloads: [], hpas: [], ...change })[0]?.state;
  expect(state({ services: [V1, V2], plain: false })).toBeUndefined();
  expect(state({ services: [V1, V2] })).toContain('was deleted');
  expect(state({ left: side('web-v1', 'v1'), services: [V1, V2, entry({ app: 'web', revision: 'v1' })] })).toBe(
    'points at web-v1, which visitors were moved off',
  );
  expect(state({ live: side('api-v2', 'v2', 'api') })).toContain('revision v2 has no Service for it');
});
