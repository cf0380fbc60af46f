import { describe, expect, test } from 'vitest';
import { withoutExposure } from '../../../src/core/kube/exposure.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import type { RevisionServices } from '../../../src/core/kube/revision-services.ts';
import { entryTarget, exposedEntries, otherForm, planEntry } from '../../../src/core/release/entry.ts';
import type { PatchOperation } from '../../../src/core/release/route.ts';
import { applyPatch } from '../../routes/ingresses.ts';
import { service, side } from '../support.ts';

const BLUE = service('web-adopted');
const GREEN = service('web-v2', 'v2');
/** The plain Service as it is in the cluster. */
function plain(change: Partial<Service['spec']> = {}, annotations?: Record<string, string>): Service {
  const metadata = { name: 'web', uid: 'u', resourceVersion: '7', ...(annotations && { annotations }) };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...change },
  };
}
const plan = (present: Service | undefined, to = GREEN, from: Service | null = BLUE) =>
  planEntry('web', present, to, from ?? undefined, 'web');
function moved(present: Service, to = GREEN): Service {
  const step = plan(present, to);
  if (step.step !== 'move') throw new Error(step.step);
  return applyPatch(present, step.operations as PatchOperation[]);
}

describe('planEntry', () => {
  test('makes a Service that does not exist, with the selector and ports of its counterpart', () => {
    expect(plan(undefined)).toMatchObject({
      step: 'create',
      object: { metadata: { name: 'web', annotations: { 'greenpath.dev/entry': 'web' } }, spec: GREEN.spec },
    });
  });

  test.each<[string, Record<string, string> | undefined]>([
    ['without annotations', undefined],
    ['with annotations of others', { team: 'shop' }],
  ])('moves one that leads to the side that was left, %s', (_, annotations) => {
    const after = moved(plain({}, annotations));
    expect(after.spec.selector).toEqual(GREEN.spec.selector);
    expect(after.metadata.annotations).toEqual({ ...annotations, 'greenpath.dev/entry': 'web' });
  });

  test('ports lead to the new pods, and node ports stay', () => {
    const before = plain({ ports: [{ port: 80, nodePort: 30_000 }] });
    const to = { ...GREEN, spec: { ...GREEN.spec, ports: [{ port: 80, name: 'http' }, { port: 81 }] } };
    expect(moved(before, to).spec.ports).toEqual([{ port: 80, name: 'http', nodePort: 30_000 }, { port: 81 }]);
  });

  test('is refused as a whole if the selector changed since it was read, or if it is another Service', () => {
    const step = plan(plain());
    if (step.step !== 'move') throw new Error(step.step);
    const operations = step.operations as PatchOperation[];
    expect(() => applyPatch(plain({ selector: { app: 'api' } }), operations)).toThrow(/test failed/);
    const other = plain();
    other.metadata.uid = 'another';
    expect(() => applyPatch(other, operations)).toThrow(/test failed/);
  });

  test('one that selects nothing is guarded by its version', () => {
    const { selector: _, ...spec } = plain().spec;
    const bare = { ...plain({}, { 'greenpath.dev/entry': 'web' }), spec };
    const step = plan(bare);
    if (step.step !== 'move') throw new Error(step.step);
    const operations = step.operations as PatchOperation[];
    expect(applyPatch<Service>(bare, operations).spec.selector).toEqual(GREEN.spec.selector);
    const later = { ...bare, metadata: { ...bare.metadata, resourceVersion: '8' } };
    expect(() => applyPatch(later, operations)).toThrow(/test failed/);
  });

  test('it says which label shows the revision, as the Service does that it leads to', () => {
    const said = { 'greenpath.dev/revision-label': 'version' };
    const to = { ...GREEN, metadata: { ...GREEN.metadata, annotations: said } };
    for (const annotations of [undefined, { team: 'shop' }])
      expect(moved(plain({}, annotations), to).metadata.annotations).toMatchObject(said);
    expect(plan(undefined, to)).toMatchObject({ object: { metadata: { annotations: said } } });
  });

  test('nothing to do if it leads there already', () => {
    expect(plan(plain({ selector: { ...GREEN.spec.selector } }))).toEqual({ step: 'none' });
  });

  test('moves one that Greenpath moved before, wherever it leads', () => {
    expect(plan(plain({ selector: { app: 'else' } }, { 'greenpath.dev/entry': 'web' })).step).toBe('move');
  });

  test.each<[string, Service, Service | null]>([
    ['leads somewhere else', plain({ selector: { app: 'else' } }), BLUE],
    ['leads somewhere when nothing was live before', plain(), null],
    ['belongs to another app', plain({}, { 'greenpath.dev/entry': 'api' }), BLUE],
  ])('leaves alone one that %s', (_, present, from) => {
    // Green's pods got another label, so that a Service of the version that was there does not select them.
    const relabelled = { ...GREEN, spec: { ...GREEN.spec, selector: { app: 'web-v2', revision: 'v2' } } };
    expect(plan(present, relabelled, from).step).toBe('leave');
  });

  test.each<[string, Service, Service | null]>([
    ['the side that was left, and to more', plain(), service('web-v1', 'v1')],
    ['green already, and to more', plain(), null],
  ])('takes over one that leads to %s', (_, present, from) => {
    expect(plan(present, GREEN, from).step).toBe('move');
  });

  test('a node port stays with its protocol', () => {
    const udp = { port: 80, protocol: 'UDP' };
    const before = plain({
      ports: [
        { port: 80, nodePort: 30_000 },
        { ...udp, nodePort: 30_001 },
      ],
    });
    const to = { ...GREEN, spec: { ...GREEN.spec, ports: [udp, { port: 80 }] } };
    expect(moved(before, to).spec.ports).toEqual([
      { ...udp, nodePort: 30_001 },
      { port: 80, nodePort: 30_000 },
    ]);
  });

  test('a side without a Service of that name leaves the plain one to what was there before Greenpath', () => {
    const labels = { 'greenpath.dev/app': 'web', 'greenpath.dev/name': 'api', 'greenpath.dev/revision': 'adopted' };
    const kept = service('api-adopted', undefined, labels);
    const target = (live: RevisionServices, services: Service[]) =>
      entryTarget('api', live, services, 'web')?.metadata.name;
    expect(target(side('api-v2', 'v2', 'api'), [kept, service('api-v2', 'v2')])).toBe('api-v2');
    expect(target(side('web-v1', 'v1'), [kept])).toBe('api-adopted');
    expect(target(side('web-v1', 'v1'), [service('api', 'v0')])).toBeUndefined();
  });
});

describe('what a plain Service is', () => {
  const exposed = (spec: object) => {
    const coloured: Service = { ...GREEN, metadata: { ...GREEN.metadata }, spec: { ...GREEN.spec, ...spec } };
    withoutExposure(coloured);
    return coloured;
  };
  const counterpart = { service: 'web-v2', baseName: 'web', ports: [] };
  const node = exposed({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });

  test.each<[string, Service, Service, string | undefined]>([
    ['stays ClusterIP', plain(), GREEN, undefined],
    ['stays NodePort', plain({ type: 'NodePort' }), node, undefined],
    [
      'was made ClusterIP',
      plain({ type: 'ClusterIP' }),
      node,
      'it is ClusterIP, but the manifests of web-v2 define it as NodePort',
    ],
    [
      'was made NodePort',
      plain({ type: 'NodePort' }),
      GREEN,
      'it is NodePort, but the manifests of web-v2 define it as ClusterIP',
    ],
    [
      'has an address',
      plain(),
      exposed({ clusterIP: 'None' }),
      'it is ClusterIP, but the manifests of web-v2 define it as headless',
    ],
  ])('%s', (_, present, to, expected) => expect(otherForm(present, to)).toBe(expected));

  test('those that ask for a node port are made before anything is written, to see whether it is free', () => {
    const made = exposedEntries([counterpart], [node], [], 'web');
    expect(made).toMatchObject([
      { metadata: { name: 'web' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] } },
    ]);
    expect(exposedEntries([counterpart], [node], [plain()], 'web')).toEqual([]);
    expect(exposedEntries([counterpart], [GREEN], [], 'web')).toEqual([]);
  });
});
