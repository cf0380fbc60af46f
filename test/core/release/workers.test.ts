import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import { type KubeObject, nameOf, type Service } from '../../../src/core/kube/objects.ts';
import { isWorker, workingReplicas } from '../../../src/core/release/worker-state.ts';
import { lettingWait, planWorkers } from '../../../src/core/release/workers.ts';
import { objectOf, present, service } from '../support.ts';

interface Given {
  readonly revision?: string;
  readonly replicas: number;
  readonly noted?: number;
  readonly app?: string;
}
function worker(name: string, { revision, replicas, noted, app = 'web' }: Given): KubeObject {
  const labels = { 'greenpath.dev/app': app, 'greenpath.dev/name': 'mailer', 'greenpath.dev/revision': revision ?? '' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      ...(revision === undefined ? {} : { labels }),
      ...(noted === undefined ? {} : { annotations: { 'greenpath.dev/replicas': String(noted) } }),
    },
    spec: { replicas, template: { metadata: { labels: { app: 'mailer', ...(revision && { revision }) } } } },
  };
}
const V1 = worker('mailer-v1', { revision: 'v1', replicas: 1, noted: 1 });
const V2 = worker('mailer-v2', { revision: 'v2', replicas: 0, noted: 2 });
const plan = (all: KubeObject[], from: string, to: string, services = [service('web')]) => {
  const names = (list: readonly KubeObject[]) => list.map(({ metadata }) => metadata.name);
  const { stop, end, start, work, keep } = planWorkers(all, services, 'web', from, to);
  return {
    stop: names(stop),
    end: names(end),
    start: names(start),
    work: names(work),
    keep: names(keep.map((one) => one.worker)),
  };
};
const NONE = { stop: [], end: [], start: [], work: [], keep: [] };

describe('a worker that waits', () => {
  const deployment = (more = '') =>
    objectOf(
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: mailer${more}}, spec: {replicas: 3, template: {metadata: {labels: {app: mailer, revision: v2}}}}}`,
    );
  const place = { file: 'all.yaml' };
  const waiting = (worker: KubeObject, others: Service[] = [], own: Service[] = [service('web')]) => {
    const all = [...own, worker].map((object) => ({ object, place, given: nameOf(object) }));
    const { own: result, called } = lettingWait(all, others);
    return { worker: present(result.at(-1)).object, called: called.map((one) => one.service.metadata.name) };
  };
  const selecting = (name: string, selector: Record<string, string>) => ({ ...service(name), spec: { selector } });

  test('is created without pods and remembers how many it will have', () => {
    const { worker } = waiting(deployment(), [service('web')]);
    expect(objectAt(worker, 'spec').replicas).toBe(0);
    expect([isWorker(worker), workingReplicas(worker)]).toEqual([true, 3]);
  });

  test.each([
    ['of the stack', [], [selecting('mailer-v2', { app: 'mailer', revision: 'v2' })], []],
    [
      'of the namespace, such as a headless one that is left out',
      [selecting('mailer', { app: 'mailer' })],
      [],
      ['mailer'],
    ],
  ])('a Deployment is none if a Service selects its pods: one %s', (_, others, own, called) =>
    expect(waiting(deployment(), others, own)).toEqual({ worker: deployment(), called }),
  );

  test.each([
    ['the pods of another revision', { app: 'mailer', revision: 'v1' }],
    ['nothing', {}],
  ])('a Service that selects %s does not count', (_, selector) =>
    expect(isWorker(waiting(deployment(), [selecting('mailer', selector)]).worker)).toBe(true),
  );

  test('its ScaledObject is paused meanwhile; that of a part that visitors reach is not', () => {
    const scaler = (target: string, annotations: string) =>
      objectOf(
        `{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: s, annotations: {${annotations}}}, spec: {scaleTargetRef: {name: ${target}}}}`,
      );
    const annotationsOf = (scaled: KubeObject) => {
      const all = [service('web'), deployment(), scaled].map((object) => ({ object, place, given: nameOf(object) }));
      return present(lettingWait(all, []).own.at(-1)).object.metadata.annotations;
    };
    const [pause, note] = ['autoscaling.keda.sh/paused-replicas', 'greenpath.dev/suspend'];
    expect(annotationsOf(scaler('mailer', 'team: a'))).toEqual({ team: 'a', [pause]: '0', [note]: 'false' });
    expect(annotationsOf(scaler('mailer', `${pause}: "3"`))).toEqual({ [pause]: '3', [note]: 'true' });
    expect(annotationsOf(scaler('web', 'team: a'))).toEqual({ team: 'a' });
  });

  test('one that starts early does not wait', () => {
    const early = deployment(', annotations: {greenpath.dev/start: early}');
    expect(waiting(early).worker).toBe(early);
    expect([isWorker(early), workingReplicas(early)]).toEqual([false, 0]);
  });

  test.each(['-1', 'x', '1.5', '0'])('an annotation of %s says nothing', (count) => {
    expect(workingReplicas(deployment(`, annotations: {greenpath.dev/replicas: "${count}"}`))).toBe(0);
  });
});

describe('planWorkers', () => {
  test('the old ones stop, and the new ones start when they have ended', () =>
    expect(plan([V1, V2], 'v1', 'v2')).toEqual({
      ...NONE,
      stop: ['mailer-v1'],
      end: ['mailer-v1'],
      start: ['mailer-v2'],
    }));

  test('what a cut-off run has stopped already is still waited for', () => {
    const stopped = worker('mailer-v1', { revision: 'v1', replicas: 0, noted: 1 });
    expect(plan([stopped, V2], 'v1', 'v2')).toEqual({ ...NONE, end: ['mailer-v1'], start: ['mailer-v2'] });
  });

  test('those of any other revision stop too', () => {
    const v0 = worker('mailer-v0', { revision: 'v0', replicas: 3, noted: 3 });
    expect(plan([v0, V1, V2], 'v1', 'v2').stop).toEqual(['mailer-v0', 'mailer-v1']);
  });

  test('a Deployment that no Greenpath noted is no worker, nor is one of another app', () => {
    const server = worker('web-v1', { revision: 'v1', replicas: 2 });
    const other = worker('mailer-b', { revision: 'v1', replicas: 1, noted: 1, app: 'other' });
    expect(plan([server, other, V2], 'v1', 'v2')).toEqual({ ...NONE, start: ['mailer-v2'] });
  });

  describe('with a ScaledObject, which would start its worker again', () => {
    const scaler = (revision: string, state: 'paused' | 'scaling', said = 'false'): KubeObject => ({
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: {
        name: `scale-${revision}`,
        labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/name': 'scale', 'greenpath.dev/revision': revision },
        annotations: {
          'greenpath.dev/suspend': said,
          ...(state === 'paused' && { 'autoscaling.keda.sh/paused-replicas': '0' }),
        },
      },
      spec: { scaleTargetRef: { name: `mailer-${revision}` } },
    });

    test('it stops before the worker, and starts after it', () => {
      expect(plan([V1, V2, scaler('v1', 'scaling'), scaler('v2', 'paused')], 'v1', 'v2')).toMatchObject({
        stop: ['scale-v1', 'mailer-v1'],
        start: ['mailer-v2', 'scale-v2'],
      });
    });

    test('a worker that it lets have no pods has not drifted, and the old one stops all the same', () => {
      const [idle, old] = ['v2', 'v1'].map((revision) =>
        worker(`mailer-${revision}`, { revision, replicas: 0, noted: 1 }),
      );
      const all = [idle, old].flatMap((one) => one ?? []);
      expect(plan([...all, scaler('v2', 'scaling')], '', 'v2')).toMatchObject({ stop: [], start: [] });
      expect(plan([...all, scaler('v1', 'scaling')], 'v1', 'v2').stop).toEqual(['scale-v1']);
    });

    test('one that a cut-off run had paused at the strength of its worker stops too, and goes on if its revision does', () => {
      const starting = scaler('v1', 'paused');
      Object.assign(starting.metadata.annotations ?? {}, { 'autoscaling.keda.sh/paused-replicas': '1' });
      expect(plan([V1, V2, starting, scaler('v2', 'paused')], 'v1', 'v2').stop).toEqual(['scale-v1', 'mailer-v1']);
      expect(plan([V1, starting], '', 'v1')).toMatchObject({ start: ['scale-v1'], work: ['mailer-v1'] });
    });

    test('one that the manifest pauses stays paused', () => {
      const running = worker('mailer-v2', { revision: 'v2', replicas: 1, noted: 1 });
      expect(plan([running, scaler('v2', 'paused', 'true')], '', 'v2').start).toEqual([]);
    });

    test('one whose worker keeps its pods goes on', () => {
      const headless = { ...service('mailer'), spec: { selector: { app: 'mailer' } } };
      const result = plan([V1, V2, scaler('v1', 'scaling')], 'v1', 'v2', [headless]);
      expect(result).toMatchObject({ stop: [], keep: ['mailer-v1'] });
    });
  });

  describe('what was there before Greenpath', () => {
    const old = worker('mailer', { replicas: 1 });
    test('stops when it is left', () => expect(plan([old, V2], 'adopted', 'v2').stop).toEqual(['mailer']));
    test("is somebody else's where nothing was live", () => expect(plan([old, V2], '', 'v2').stop).toEqual([]));
    test('stops again if it was stopped before and applied again', () =>
      expect(plan([worker('mailer', { replicas: 1, noted: 1 }), V2], '', 'v2').stop).toEqual(['mailer']));
    test('starts again in a rollback', () => {
      const stopped = worker('mailer', { replicas: 0, noted: 1 });
      const v2 = worker('mailer-v2', { revision: 'v2', replicas: 2, noted: 2 });
      expect(plan([stopped, v2], 'v2', 'adopted')).toMatchObject({ stop: ['mailer-v2'], start: ['mailer'] });
    });
  });

  test('pods that a Service selects are never scaled down', () => {
    const headless = { ...service('mailer'), spec: { selector: { app: 'mailer' } } };
    const result = plan([V1, worker('mailer', { replicas: 1 }), V2], 'adopted', 'v2', [headless]);
    expect(result).toEqual({ ...NONE, start: ['mailer-v2'], keep: ['mailer-v1', 'mailer'] });
  });
});
