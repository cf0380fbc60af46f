import { vi } from 'vitest';
import { DEFAULTS } from '../../harness/inputs.ts';
import { Api } from '../../src/cluster/api.ts';
import type { JsonObject } from '../../src/core/base/json.ts';
import { type OfferedService, offeredService } from '../../src/core/kube/counterpart.ts';
import {
  ANNOTATION_ENTRY,
  type EndpointSlice,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  type Service,
  switchNoteKey,
} from '../../src/core/kube/objects.ts';
import type { SwitchNote } from '../../src/core/release/switch-note.ts';
import { LogReport } from '../../src/github/log-report.ts';
import { readInputs } from '../../src/inputs/inputs.ts';
import { CLOCK } from '../../src/process/clock.ts';
import type { HttpRoute } from '../../src/routes/httproute/object.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import type { Namespace } from '../../src/state/namespace.ts';
import { Observer } from '../../src/state/outcome.ts';
import { readSituation } from '../../src/state/read-situation.ts';
import type { Run } from '../../src/state/run.ts';
import type { Situation } from '../../src/state/situation.ts';
import { type Answering, ApiEdge, type Asked, json } from '../cluster/server.ts';
import { endWithFile } from '../opened.ts';
import { read } from '../routes/ingresses.ts';

/** A run that looks at the app web in the namespace shop, whose route is the Ingress web. */
export interface Looking {
  readonly run: Run;
  /** What the run observed. */
  readonly observer: Observer;
  /** What the log says, as one text. */
  told(): string;
  readonly asked: readonly Asked[];
}

const INPUTS: Readonly<Record<string, string>> = {
  ...DEFAULTS,
  ...{ mode: 'promote', route: 'ingress/web', app: 'web', namespace: 'shop', revision: 'v2' },
};
/** Nobody was to be asked. */
const UNASKED = json(418, { message: 'this test says nothing of such a request' });

/** Starts a run with these inputs; what it asks the API server is answered as given. */
export async function look(
  inputs: Readonly<Record<string, string>> = {},
  answer: Answering = UNASKED,
): Promise<Looking> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const edge = await ApiEdge.start(answer);
  const transport = await edge.transport(CLOCK);
  const stop = new AbortController();
  const { signal } = stop;
  endWithFile(() => stop.abort());
  const given = { ...INPUTS, ...inputs };
  const isDry = given['dry-run'] === 'true';
  const report = new LogReport();
  if (isDry) report.plan();
  const observer = new Observer();
  observer.observe({ revision: given.revision ?? '' });
  const run: Run = {
    inputs: readInputs((name) => given[name] ?? '', {}),
    api: new Api(transport, 'shop', signal, isDry ? 'dry' : (send) => send(signal)),
    transport,
    report,
    signal,
    waiting: signal,
    deadline: performance.now() + 600_000,
    url: 'https://github.test/run',
    commit: undefined,
    takeLock: () => Promise.resolve([]),
    dropLock: () => Promise.resolve(),
    observe: (observation) => observer.observe(observation),
  };
  return {
    run,
    observer,
    told: () => lines.join('').replaceAll('%0A', '\n').replaceAll('%25', '%'),
    asked: edge.asked,
  };
}

/** The names of the objects that the run deleted. */
export function deletedBy({ asked }: Looking): string[] {
  return asked.flatMap(({ method, path }) => (method === 'DELETE' ? [path.replace(/.*\//, '')] : []));
}

/** Answers by method and the end of the path: `GET configmaps/a`; what is not named is 404. */
export function byPath(answers: Readonly<Record<string, Answering>>): Answering {
  return (response, asked, count) => {
    const place = asked.path.replace(/^.*\/namespaces\/shop\//, '');
    (answers[`${asked.method} ${place}`] ?? json(404, { message: `${place} not found` }))(response, asked, count);
  };
}

/** A list with these objects. */
export function items(...objects: object[]): Answering {
  return json(200, { items: objects });
}

/** The host of parking in tests: not the one at which a backend answers by itself. */
export const PARKING_HOST = 'parking.test';

const MANAGED = { managedFields: [{ manager: 'greenpath', operation: 'Apply' }] };

/** A Service of a stack that Greenpath made. */
export function stackService(revision: string, baseName = 'web', app = 'web'): Service {
  const labels = { [LABEL_APP]: app, [LABEL_REVISION]: revision, [LABEL_NAME]: baseName };
  return service(`${baseName}-${revision}`, { app: baseName, revision }, { labels, ...MANAGED });
}

/** Any Service. */
export function service(name: string, selector: Record<string, string>, metadata: JsonObject = {}): Service {
  const ports = [{ port: 80, name: 'http' }];
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, uid: name, ...metadata }, spec: { selector, ports } };
}

/** The plain Service that leads to the stack of `revision`. */
export function entry(revision: string, baseName = 'web'): Service {
  return service(baseName, { app: baseName, revision }, { annotations: { [ANNOTATION_ENTRY]: 'web' } });
}

/** The slice of a Service with so many pods that are ready, and that are not. */
export function slice(name: string, ready: number, notReady = 0): EndpointSlice {
  const endpoint = (index: number) => ({
    addresses: [`10.0.0.${index}`],
    conditions: { ready: index < ready },
    targetRef: { name: `${name}-${index}` },
  });
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    endpoints: Array.from({ length: ready + notReady }, (_, index) => endpoint(index)),
  };
}

/** A note on the live route. */
export function switchNote(more: Partial<SwitchNote>): SwitchNote {
  return { live: 'v1', previous: '', at: '2026-05-01T10:00:00Z', run: 'r', phase: 'proven', ...more };
}

interface IngressShape {
  /** Paths and the Services behind them. */
  readonly paths?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly switchNote?: SwitchNote | undefined;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
}

/** An Ingress of the class nginx; its one path leads to web-v1 unless it says otherwise. */
export function ingress(name = 'web', shape: IngressShape = {}): Ingress {
  const { paths = { '/': 'web-v1' }, host = 'shop.test', switchNote: noted, metadata = {}, spec = {} } = shape;
  const http = {
    paths: Object.entries(paths).map(([path, to]) => ({
      path,
      pathType: 'Prefix',
      backend: { service: { name: to, port: { number: 80 } } },
    })),
  };
  const annotations = noted === undefined ? {} : { [switchNoteKey('web')]: JSON.stringify(noted) };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '7', annotations, ...metadata },
    spec: { ingressClassName: 'nginx', rules: [{ host, http }], ...spec },
  };
}

/** What a cluster with Gateway API says of its kinds. */
export const KINDS_OF_GATEWAY_API: Readonly<Record<string, Answering>> = {
  'GET /apis/gateway.networking.k8s.io/v1': json(200, {
    resources: [{ name: 'httproutes', kind: 'HTTPRoute', namespaced: true }],
  }),
};

/** The HTTPRoute web, whose one path leads to a Service. */
export function httpRouteTo(service: string, metadata: JsonObject = {}): HttpRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', uid: 'httproute', resourceVersion: '7', ...metadata },
    spec: {
      parentRefs: [{ name: 'public' }],
      hostnames: ['shop.test'],
      rules: [{ backendRefs: [{ name: service, port: 80 }] }],
    },
  };
}

/** The preview of a candidate, in an Ingress of its own. */
export function preview(revision: string, baseName = 'web'): Ingress {
  const labels = { [LABEL_APP]: 'web', [LABEL_REVISION]: revision };
  return ingress('greenpath-web', { paths: { '/green': `${baseName}-${revision}` }, metadata: { labels } });
}

/** What the stack of `revision` offers. */
export function counterparts(revision: string, ...bases: string[]): OfferedService[] {
  return (bases.length === 0 ? ['web'] : bases).map((baseName) =>
    offeredService(stackService(revision, baseName), baseName),
  );
}

/** What a test says of the namespace. */
export interface Given extends Partial<Omit<Namespace, 'allRoutes'>> {
  readonly ingresses?: readonly Ingress[];
}

/** Reads the namespace as it is given; `planned` are the manifests' Ingresses. */
export function situation(
  { run }: Looking,
  namespace: Given,
  offered: readonly OfferedService[] = counterparts('v2'),
  planned: readonly Ingress[] = [],
): Situation {
  const { ingresses = [], ...rest } = namespace;
  const whole = { allRoutes: ingresses.map(read), otherRoutes: [], services: [], slices: [], ...rest };
  return readSituation(run, whole, { counterparts: offered, config: run.inputs.config, planned });
}
