import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { deployGreen } from '../../../src/modes/deploy-green.ts';
import type { Run } from '../../../src/state/run.ts';
import { judgeManifests } from '../../../src/steps/local-check/judge.ts';
import { readLocally } from '../../../src/steps/local-check/local-manifests.ts';
import type { Answering } from '../../cluster/server.ts';
import { shop } from '../../modes/app.ts';
import { ingress, look } from '../../state/app.ts';

/** What `check` says of generated applications is what a dry run of `deploy-green` does with them. */

const part = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constant('Deployment') },
    { weight: 4, arbitrary: fc.constantFrom('StatefulSet', 'ServiceMonitor') },
    { weight: 1, arbitrary: fc.constant('Rollout') },
  ),
  image: fc.constantFrom('acme/own:1', 'redis'),
  claim: fc.constantFrom('', 'ReadWriteOnce', 'ReadWriteMany'),
  recreated: fc.boolean(),
  called: fc.boolean(),
  backing: fc.constantFrom('', '', 'true', 'false'),
  start: fc.constantFrom('', '', 'early'),
  isPaused: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
});
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;
const applications = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 3 }),
  hasFront: fc.constantFrom(true, true, true, false),
  /** The Services that the live route names: of the front, or of a part. */
  leadsTo: fc.oneof(
    fc.constant<string[]>(['front']),
    fc.uniqueArray(fc.constantFrom<string[]>('front', 'part0', 'part1'), { minLength: 1, maxLength: 2 }),
  ),
});
type Application = typeof applications extends fc.Arbitrary<infer T> ? T : never;

const VERSIONS: Readonly<Record<string, string>> = {
  Rollout: 'argoproj.io/v1alpha1',
  ServiceMonitor: 'monitoring.coreos.com/v1',
};

function objectsOf({ parts, hasFront }: Application): object[] {
  const front = workload('front', { kind: 'Deployment', image: 'acme/own:1' });
  const all = parts.flatMap((one, index) => {
    const name = `part${index}`;
    const modes = { spec: { accessModes: [one.claim] } };
    return [
      workload(name, one),
      ...(one.called ? [service(name)] : []),
      ...(one.claim === '' ? [] : [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, ...modes }]),
    ];
  });
  return [...(hasFront ? [front, service('front')] : []), ...all];
}

function workload(name: string, one: Partial<Part>): object {
  const annotations = { 'greenpath.dev/backing': one.backing, 'greenpath.dev/start': one.start };
  const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: name } }];
  const containers = [{ name, image: one.image, volumeMounts: one.claim ? [{ name: 'd', mountPath: '/d' }] : [] }];
  return {
    apiVersion: VERSIONS[one.kind ?? ''] ?? 'apps/v1',
    kind: one.kind,
    metadata: { name, annotations: Object.fromEntries(Object.entries(annotations).filter(([, value]) => value)) },
    spec: {
      ...(one.recreated && one.kind === 'Deployment' ? { strategy: { type: 'Recreate' } } : {}),
      ...(one.isPaused ? { paused: true } : {}),
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers, ...(one.claim ? { volumes } : {}) } },
    },
  };
}

function service(name: string): object {
  const spec = { selector: { app: name }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

const routeOf = ({ leadsTo }: Application) =>
  ingress('web', { paths: Object.fromEntries(leadsTo.map((name, index) => [`/${index}`, name])) });

/** The run of a step with these objects as its manifests. */
function running(run: Run, objects: readonly object[]): Run {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return { ...run, inputs: { ...run.inputs, sources: [{ kind: 'file', file: 'all.yaml', text }] } };
}

/** Why a dry run of `deploy-green` refuses; empty if it does not. */
async function refusal(run: Run): Promise<string> {
  try {
    await deployGreen(run);
  } catch (error) {
    if (error instanceof GreenpathError && error.code !== 'internal') return error.message;
    throw error;
  }
  return '';
}

async function checking() {
  const cluster: { answer: Answering } = { answer: shop({}) };
  const inputs = { mode: 'deploy-green', manifests: 'package.json', 'dry-run': 'true', addresses: '127.0.0.1:1' };
  // Paths of one host: that the preview turns them into regexes is no matter of manifests.
  const config = 'preview: {matching: regex}';
  const { run, asked } = await look({ ...inputs, config }, (...asked) => cluster.answer(...asked));
  const judged = async (objects: readonly object[]) => {
    const { inputs: given } = running(run, objects);
    return judgeManifests(given, await readLocally(running(run, objects)));
  };
  let read = 0;
  const written = () => {
    const since = asked.slice(read);
    read = asked.length;
    return since.flatMap(({ method, body }) => (method === 'GET' ? [] : [nameIn(body)]));
  };
  return { run, cluster, judged, written };
}

/** `Service web`, of what was sent. */
function nameIn(body: unknown): string {
  const { kind, metadata } = body as KubeObject;
  return `${kind} ${metadata.name}`;
}

test('with the live route in the manifests, both accept or both refuse a first release, and mean the same objects', async () => {
  const { run, judged, written } = await checking();
  const seen = { accepted: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(applications, async (application) => {
      const objects = [...objectsOf(application), routeOf(application)];
      const { errors, checked } = await judged(objects);
      written();
      const refused = await refusal(running(run, objects));
      expect([errors.map(({ message }) => message), refused]).toEqual(
        refused === '' ? [[], ''] : [expect.arrayContaining([expect.any(String)]), refused],
      );
      seen[refused === '' ? 'accepted' : 'refused'] += 1;
      if (refused !== '') return;
      const wanted = checked.objects.flatMap(({ object, word }) => {
        if (word === 'coloured') return [`${object}-v2`];
        return word === 'left' || word === 'route' ? [] : [object];
      });
      const own = /^(ConfigMap|Ingress|Secret) greenpath-/;
      // Nothing is live, so plain Services lead to the candidate.
      const isEntry = (name: string) => name.startsWith('Service ') && wanted.includes(`${name}-v2`);
      const sent = [...new Set(written())].filter((name) => !own.test(name) && !isEntry(name));
      expect(sent.toSorted()).toEqual(wanted.toSorted());
    }),
    { numRuns: 60 },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(5);
});

test('without it, what is refused is refused whatever the live route leads to', async () => {
  const { run, cluster, judged } = await checking();
  let count = 0;
  await fc.assert(
    fc.asyncProperty(applications, async (application) => {
      const objects = objectsOf(application);
      const { errors } = await judged(objects);
      if (errors.length === 0) return;
      count += 1;
      cluster.answer = shop({ ingresses: [routeOf(application)] });
      expect(await refusal(running(run, objects))).not.toBe('');
    }),
    { numRuns: 60 },
  );
  expect(count).toBeGreaterThan(5);
});
