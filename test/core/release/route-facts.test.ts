import { describe, expect, test } from 'vitest';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { revisionKey } from '../../../src/core/kube/revision-services.ts';
import {
  agree,
  cureFor,
  refuseDriftedService,
  revertedError,
  revertedOf,
} from '../../../src/core/release/route-facts.ts';
import type { SwitchNote } from '../../../src/core/release/switch-note.ts';
import { present, thrownBy } from '../support.ts';

const entry = (manager: string, time: string, fields: object = { 'f:spec': { 'f:rules': {} } }) => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1: fields,
});
const object = (change: Record<string, unknown> = {}): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', ...change },
});
const route = (change?: Record<string, unknown>) => ({ object: object(change), adapter: { field: 'rules' } });

describe('a route that somebody put back', () => {
  test('is one whose backends are not what the last switch made them', () => {
    expect(revertedOf(route(), undefined, 'v1')).toBeUndefined();
    expect(revertedOf(route(), { live: 'v2' }, 'v2')).toBeUndefined();
    expect(revertedOf(route(), { live: 'v2' }, 'v1')).toEqual({ switchedTo: 'v2', by: undefined });
    expect(revertedOf(route(), { live: 'v2' }, undefined)?.switchedTo).toBe('v2');
    expect(revertedOf(route(), { live: '' }, undefined)).toBeUndefined();
  });

  test('names who wrote the rules last, other than Greenpath, with how to switch again and the cure', () => {
    const managedFields = [
      entry('helm', '2026-05-01T10:00:00Z'),
      entry('kubectl-client-side-apply', '2026-05-02T10:00:00Z'),
      entry('greenpath', '2026-05-03T10:00:00Z'),
      entry('traefik', '2026-05-04T10:00:00Z', { 'f:status': {} }),
    ];
    const live = route({ managedFields });
    const reverted = revertedOf(live, { live: 'v2' }, 'v1');
    expect(reverted?.by).toEqual({ manager: 'kubectl-client-side-apply', time: '2026-05-02T10:00:00Z' });
    const error = reverted && revertedError(live, reverted, 'v1');
    expect(error?.message).toContain('kubectl-client-side-apply at 2026-05-02T10:00:00Z pointed its paths at v1');
    expect(error?.next).toMatch(/promote for revision v2.*rollback with to: v1.*Helm/s);
  });

  test('promotes nothing again that a rollback had made live, and keeps nothing that is not there', () => {
    const next = (switchNote: { live: string; left?: string }, live: string | undefined) => {
      const reverted = revertedOf(route(), switchNote, live);
      return reverted && revertedError(route(), reverted, live).next;
    };
    expect(next({ live: 'v1', left: 'v2' }, 'v2')).toContain(
      'Run rollback with to: v1 to switch again, or rollback with to: v2 to keep the present state.',
    );
    expect(next({ live: 'v2' }, undefined)).toContain('Run promote for revision v2 to switch again. ');
  });
});

test('a route that names the plain Service is undone by who wrote that Service', () => {
  const managedFields = [
    { manager: 'argocd-controller', time: '2026-05-02T10:00:00Z', fieldsV1: { 'f:spec': { 'f:selector': {} } } },
  ];
  const plain: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', managedFields },
    spec: { selector: { app: 'web' } },
  };
  const live = route({ managedFields: [entry('helm', '2026-05-01T10:00:00Z')] });
  const reverted = present(revertedOf(live, { live: 'v2' }, undefined, plain));
  const error = revertedError(live, reverted, undefined);
  expect(error.message).toContain(
    'names Service web now, which argocd-controller at 2026-05-02T10:00:00Z pointed at pods of any revision',
  );
  expect(error.next).toMatch(
    /^Run promote for revision v2 to switch again\. Argo CD: .*\/spec\/selector of this Service/,
  );
});

describe('the cure for each tool', () => {
  test.each([
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } },
      /Argo CD.*ignoreDifferences.*RespectIgnoreDifferences/,
    ],
    [{ managedFields: [entry('argocd-controller', 't')] }, /Argo CD/],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' } }, /Flux.*ssa: IfNotPresent/],
    [{ annotations: { 'meta.helm.sh/release-name': 'x' } }, /Helm/],
    [{ managedFields: [entry('helm', 't')] }, /Helm/],
    [{}, /kubectl apply/],
  ])('%j', (metadata, cure) => expect(cureFor(object(metadata), 'rules')).toMatch(cure));
});

describe('a Service of Greenpath that lost its revision', () => {
  const service = (
    labels: Record<string, string>,
    selector: Record<string, string>,
    manager = 'greenpath',
  ): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web-v2', labels, managedFields: [{ manager }] },
    spec: { selector },
  });
  const check = (one: Service) => thrownBy(() => refuseDriftedService(one, 'web', 'revision', 'shop'));
  const whole = { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' };

  test('is fine while label and selector agree, or if Greenpath never wrote it', () => {
    refuseDriftedService(service(whole, { revision: 'v2' }), 'web', 'revision', 'shop');
    refuseDriftedService(service({}, {}, 'kubectl'), 'web', 'revision', 'shop');
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['label', { 'greenpath.dev/app': 'web' }, { revision: 'v2' }],
    ['selector', whole, { app: 'web' }],
    ['selector, which names another revision', whole, { revision: 'v1' }],
    ['app label', { 'greenpath.dev/revision': 'v2' }, { revision: 'v2' }],
  ])('is refused without its %s, with the commands that give it back', (_, labels, selector) => {
    const error = check(service(labels, selector)) as Error & { code: string; next: string };
    expect(error.code).toBe('drifted');
    expect(error.next).toContain(
      'label --overwrite service web-v2 greenpath.dev/app=web greenpath.dev/name=web greenpath.dev/revision=v2',
    );
    expect(error.next).toContain(`patch service web-v2 -p '{"spec":{"selector":{"revision":"v2"}}}'`);
  });
});

describe('a Service is read by the label that its own stack was released with', () => {
  const service = (selector: Record<string, string>, annotations: Record<string, string> = {}): Service => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'web-v2',
      labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' },
      annotations,
      managedFields: [{ manager: 'greenpath' }],
    },
    spec: { selector },
  });
  const noted = { 'greenpath.dev/revision-label': 'version' };

  test('whatever the config says now: as noted on it, or as its selector shows', () => {
    refuseDriftedService(service({ app: 'web', version: 'v2' }, noted), 'web', 'revision', 'shop');
    refuseDriftedService(service({ app: 'web', version: 'v2' }), 'web', 'revision', 'shop');
    expect(revisionKey(service({ app: 'web', version: 'v2' }, noted), 'revision')).toBe('version');
    expect(revisionKey(service({ app: 'web' }), 'revision')).toBe('revision');
  });

  test('and the command that gives back what was lost says that label: any other would select no pod', () => {
    const lost = service({ app: 'web' }, noted);
    const error = thrownBy(() => refuseDriftedService(lost, 'web', 'revision', 'shop')) as Error & { next: string };
    expect(error.next).toContain(`patch service web-v2 -p '{"spec":{"selector":{"version":"v2"}}}'`);
  });

  test.each(["'; touch /tmp/x #", 'a b', '$(id)', 'version\n', '', 'a/b/c'])(
    'a note that is no label key counts for nothing: %j',
    (key) => {
      const lost = service({ app: 'web' }, { 'greenpath.dev/revision-label': key });
      expect(revisionKey(lost, 'revision')).toBe('revision');
      const error = thrownBy(() => refuseDriftedService(lost, 'web', 'revision', 'shop')) as Error & { next: string };
      expect(error.next).toContain(`patch service web-v2 -p '{"spec":{"selector":{"revision":"v2"}}}'`);
    },
  );
});

describe('agree', () => {
  const route = (
    name: string,
    revision: string | undefined,
    switchNote?: Partial<SwitchNote>,
    switchedTo?: string,
  ) => ({
    ref: { kind: 'ingress', name },
    exists: true,
    revision,
    switchNote: switchNote && { live: '', previous: '', at: '', run: '', phase: 'proven' as const, ...switchNote },
    reverted: switchedTo === undefined ? undefined : { switchedTo, by: undefined },
  });

  test('routes of one revision stand for it', () => {
    expect(agree([route('a', 'v1'), route('b', 'v1')])).toEqual({ revision: 'v1', halfway: undefined });
    expect(agree([route('a', undefined)])).toEqual({ revision: undefined, halfway: undefined });
  });

  test('a switch that ended between two routes is known by its note: forth and back', () => {
    const forth = { live: 'v2', previous: 'v1', phase: 'switched' as const };
    expect(agree([route('a', 'v2', forth), route('b', 'v1')])).toEqual({ revision: 'v1', halfway: 'v2' });
    const back = { live: 'v1', previous: '', left: 'v2', phase: 'switched' as const };
    expect(agree([route('a', 'v1', back), route('b', 'v2', { live: 'v2' })])).toEqual({
      revision: 'v2',
      halfway: 'v1',
    });
  });

  test('one of several that somebody put back', () => {
    const proven = { live: 'v2', previous: 'v1' };
    expect(agree([route('a', 'v2', proven), route('b', 'v1', proven, 'v2')])).toEqual({
      revision: 'v1',
      halfway: undefined,
    });
  });

  test('a route that does not exist cannot join routes that are live, and the refusal says what to do', () => {
    const joining = { ...route('b', undefined), exists: false };
    expect(() => agree([route('a', 'v1', { live: 'v1' }), joining])).toThrow(/Ingress b does not exist, while/);
    const forth = { live: 'v2', previous: '', phase: 'switched' as const };
    expect(agree([route('a', 'v2', forth), joining])).toEqual({ revision: undefined, halfway: 'v2' });
  });

  test('anything else is nobody knows what', () => {
    expect(() => agree([route('a', 'v2', { live: 'v2', previous: 'v1' }), route('b', 'v1')])).toThrow(
      /Ingress a to v2, Ingress b to v1/,
    );
    const other = { live: 'v3', previous: 'v2', phase: 'switched' as const };
    expect(() => agree([route('a', 'v3', other), route('b', 'v1')])).toThrow(/different revisions/);
  });
});
