import type { JsonObject } from '../../src/core/base/json.ts';
import type { HookPoint } from '../../src/core/kube/hooks.ts';
import { hostnamesOf } from '../../src/core/kube/host-aliases.ts';
import { ANNOTATION_HOOK, type KubeObject, LABEL_APP, LABEL_REVISION } from '../../src/core/kube/objects.ts';
import { type Release, recordObject } from '../../src/core/release/record.ts';
import type { Namespace } from '../../src/state/namespace.ts';
import { type Answering, json } from '../cluster/server.ts';
import { counterparts, items } from '../state/app.ts';

/** What a mode reads of the namespace shop, as a test writes it down. */
interface Shop {
  readonly ingresses?: readonly object[];
  readonly services?: Namespace['services'];
  readonly slices?: Namespace['slices'];
  readonly records?: readonly KubeObject[];
  /** Further answers, by method and the end of the path. */
  readonly more?: Readonly<Record<string, Answering>>;
}

/** Answers reads of these; of what is in no list there is none, and a write is answered with what was sent. */
export function shop({ ingresses = [], services = [], slices = [], records = [], more = {} }: Shop): Answering {
  const answers: Record<string, Answering> = {
    'GET ingresses': items(...ingresses),
    'GET services': items(...services),
    'GET endpointslices': items(...slices),
    'GET configmaps': items(...records),
    ...Object.fromEntries(records.map((one) => [`GET configmaps/${one.metadata.name}`, json(200, one)])),
    ...more,
  };
  return (response, asked, count) => {
    const place = asked.path.replace(/^.*\/namespaces\/shop\//, '');
    const isList = asked.method === 'GET' && !place.includes('/');
    const other = asked.method === 'GET' ? (isList ? items() : json(404)) : json(200, asked.body);
    (answers[`${asked.method} ${place}`] ?? other)(response, asked, count);
  };
}

/** A list of the objects of the revision that is asked for by label, or of all. */
export function ofRevision(own: Readonly<Record<string, readonly object[]>>, all: readonly object[]): Answering {
  return (response, asked, count) => {
    const revision = /greenpath\.dev\/revision=([^,]+)/.exec(asked.query.labelSelector ?? '')?.[1];
    items(...(revision === undefined ? all : (own[revision] ?? [])))(response, asked, count);
  };
}

/** A Job that waits for this point, as the cluster and its record have it; the one write starts and ends it. */
export function waitingHook(name: string, point: HookPoint) {
  const job = (spec: object, status: object) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, uid: name, annotations: { [ANNOTATION_HOOK]: point } },
    spec,
    status,
  });
  const ended = json(200, job({}, { conditions: [{ type: 'Complete', status: 'True' }] }));
  return {
    recorded: { group: 'batch', kind: 'Job', name, uid: name, created: true },
    answers: {
      'GET jobs': items(job({ suspend: true }, {})),
      [`PATCH jobs/${name}`]: ended,
      [`GET jobs/${name}`]: ended,
    },
  };
}

/** The record of a revision whose Service was created again since, and the Deployment that calls its old address. */
export function replaced(revision: string) {
  const name = `web-${revision}`;
  const hostAliases = [{ ip: '10.0.0.1', hostnames: hostnamesOf('web', 'shop') }];
  const labels = { [LABEL_APP]: 'web', [LABEL_REVISION]: revision };
  const caller = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `front-${revision}`, namespace: 'shop', labels },
    spec: { template: { spec: { hostAliases } } },
  };
  const before = { group: '', kind: 'Service', name, uid: 'another', created: true };
  return {
    record: recordOf(revision, { objects: [before] }),
    answers: { 'GET deployments': ofRevision({ [revision]: [caller] }, [caller]) },
  };
}

/** The record of a revision that stands under coloured names only, with this config and timeline. */
export function recordOf(revision: string, more: Partial<Release> = {}, data: JsonObject = {}): KubeObject {
  const object = recordObject(
    {
      version: 2,
      app: 'web',
      revision,
      routes: [{ kind: 'ingress', name: 'web' }],
      counterparts: counterparts(revision),
      plain: false,
      digest: 'd',
      config: {},
      objects: [],
      at: '2026-05-01T10:00:00Z',
      run: 'r',
      ...more,
    },
    'shop',
  );
  const metadata = { ...object.metadata, uid: object.metadata.name, resourceVersion: '7' };
  return { ...object, metadata, data: { ...(object.data as JsonObject), ...data } };
}
