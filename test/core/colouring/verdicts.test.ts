import { describe, expect, test } from 'vitest';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { identifiers, manifestsOf, objectOf } from '../support.ts';
import { DEPLOYMENT, join, SERVICE } from './stack-manifests.ts';
import { CLAIM_VOLUME, claim, DB_SERVICE, db, named, WEB, whyOf, words } from './words.ts';

describe('a workload is backing', () => {
  test.each<[string, string, string]>([
    ['a StatefulSet', db('StatefulSet'), 'is a StatefulSet, whose pods have volumes of their own'],
    ['a DaemonSet', db('DaemonSet'), 'is a DaemonSet, which runs on every node'],
    ['that writes to a claim', db('Deployment', { pod: CLAIM_VOLUME }), 'writes to PersistentVolumeClaim data'],
    [
      'that writes to a disk',
      db('Deployment', { pod: 'volumes: [{name: d, gcePersistentDisk: {pdName: x}}], ' }),
      'writes to the disk of its volume d',
    ],
    [
      'that its author wants one of',
      db('Deployment', { spec: 'strategy: {type: Recreate}' }),
      'says strategy: Recreate',
    ],
    [
      'that is a known data store',
      db('Deployment', { image: 'localhost/postgres:15' }),
      'runs PostgreSQL (image localhost/postgres)',
    ],
    [
      'that is annotated',
      db('Deployment', { annotations: 'greenpath.dev/backing: "true"' }),
      'is annotated greenpath.dev/backing',
    ],
    [
      'that is annotated as shared',
      db('Deployment', { annotations: 'greenpath.dev/shared: "true"' }),
      'is annotated greenpath.dev/shared',
    ],
  ])('%s', (_, text, why) => {
    expect(whyOf(join(WEB, DB_SERVICE, text), `${text.match(/kind: (\w+)/)?.[1]} db`)).toBe(why);
  });

  test('a claim that is only read makes nothing backing, nor does one that a part behind the route writes too', () => {
    const readOnly = 'volumes: [{name: d, persistentVolumeClaim: {claimName: data, readOnly: true}}], ';
    expect(words(join(WEB, DB_SERVICE, db('Deployment', { pod: readOnly })))).toContain('Deployment db: coloured');
    const web = DEPLOYMENT.replace('spec: {containers', `spec: {${CLAIM_VOLUME}containers`);
    const uploads = join(SERVICE, web, DB_SERVICE, db('Deployment', { pod: CLAIM_VOLUME }));
    expect(words(join(uploads, claim('ReadWriteMany')))).toContain('Deployment db: coloured');
    const alone = join(WEB, DB_SERVICE, db('Deployment', { pod: CLAIM_VOLUME }), claim('ReadWriteMany'));
    expect(words(alone)).toContain('Deployment db: backing');
  });

  test('a worker is not, since it waits until the old one has ended; what a Service of the namespace selects is none', () => {
    const worker = join(WEB, db('Deployment', { pod: CLAIM_VOLUME, spec: 'strategy: {type: Recreate}' }));
    expect(words(worker)).toContain('Deployment db: coloured');
    expect(words(worker, { services: [objectOf(DB_SERVICE) as Service] })).toContain('Deployment db: backing');
  });

  test('a data store that nothing selects is', () => {
    expect(words(join(WEB, db('Deployment', { image: 'redis:7' })))).toContain('Deployment db: backing');
  });

  describe('but not an application', () => {
    const WITH_REDIS = 'initContainers: [{name: cache, image: "redis:7", restartPolicy: Always}], ';
    const WITH_PROXY =
      'initContainers: [{name: sql, image: "acme/cloud-sql-proxy:2", restartPolicy: Always, ports: [{containerPort: 5432}]}], ';

    test('with a proxy to a database beside it, whether it is called or a worker', () => {
      const app = db('Deployment', { pod: WITH_PROXY });
      expect(words(join(WEB, DB_SERVICE, app))).toEqual(
        expect.arrayContaining(['Deployment db: coloured', 'Service db: coloured']),
      );
      expect(words(join(WEB, app))).toContain('Deployment db: coloured');
    });

    test('with a cache beside it: it is refused until its author says which it is', () => {
      const app = (annotations = '') => join(WEB, DB_SERVICE, db('Deployment', { pod: WITH_REDIS, annotations }));
      expect(words(app())).toContain('Deployment db: refused');
      expect(whyOf(app(), 'Deployment db')).toMatch(
        /^Deployment db runs Redis \(image redis\) beside other containers, so it may be .*greenpath\.dev\/backing: "true".*"false"/,
      );
      expect(words(app('greenpath.dev/backing: "true"'))).toContain('Deployment db: backing');
      expect(words(app('greenpath.dev/backing: "false"'))).toContain('Deployment db: coloured');
      expect(words(app(), { routed: ['web', 'db'] })).toContain('Deployment db: coloured');
    });

    test('unless it is backing for another reason', () => {
      const app = db('Deployment', { pod: WITH_REDIS, spec: 'strategy: {type: Recreate}' });
      expect(whyOf(join(WEB, DB_SERVICE, app), 'Deployment db')).toBe('says strategy: Recreate');
    });
  });

  test('what its author says each revision shall have is not', () => {
    const own = db('Deployment', { image: 'redis:7', annotations: 'greenpath.dev/backing: "false"' });
    expect(words(join(WEB, DB_SERVICE, own))).toContain('Deployment db: coloured');
  });

  test('what carries a revision is not', () => {
    const own = db('Deployment', { image: 'redis:7' }).replace('labels: {app: db}', 'labels: {app: db, revision: v2}');
    const web = DEPLOYMENT.replace('labels: {app: web}', 'labels: {app: web, revision: v2}');
    expect(words(join(SERVICE, web, own))).toContain('Deployment db: coloured');
  });
});

describe('what visitors reach', () => {
  const routed = ['web', 'db'];

  test('is not backing because of its image', () => {
    expect(words(join(WEB, DB_SERVICE, db('Deployment', { image: 'minio/minio' })), { routed })).toContain(
      'Deployment db: coloured',
    );
  });

  test.each<[string, string]>([
    ['writes to PersistentVolumeClaim data (ReadWriteOnce)', db('Deployment', { pod: CLAIM_VOLUME })],
    ['says strategy: Recreate', db('Deployment', { spec: 'strategy: {type: Recreate}' })],
  ])('and must not run twice is refused with the ways out: %s', (why, text) => {
    const all = join(WEB, DB_SERVICE, text, claim('ReadWriteOnce'));
    const sentence = whyOf(all, 'Deployment db', { routed });
    expect(words(all, { routed })).toContain('Deployment db: refused');
    expect(sentence).toContain(`Deployment db ${why}, so two versions of it must not run at once`);
    for (const way of ['ReadWriteMany', 'external store', 'worker']) expect(sentence).toContain(way);
  });

  test('may write where two versions may, and may be annotated as backing: then its path stays', () => {
    const writes = db('Deployment', { pod: CLAIM_VOLUME });
    expect(words(join(WEB, DB_SERVICE, writes, claim('ReadWriteMany')), { routed })).toContain(
      'Deployment db: coloured',
    );
    const backing = db('Deployment', { pod: CLAIM_VOLUME, annotations: 'greenpath.dev/backing: "true"' });
    expect(words(join(WEB, DB_SERVICE, backing, claim('ReadWriteOnce')), { routed })).toEqual(
      expect.arrayContaining(['Deployment db: backing', 'Service db: backing']),
    );
  });

  test('is refused if nothing else is left to release', () => {
    const built = buildStack(manifestsOf(join(DB_SERVICE, db('StatefulSet'))), new Map(), identifiers(), {
      routed: new Set(['db']),
    });
    expect('problems' in built && built.problems.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /no Deployment of this revision to release: StatefulSet db is a StatefulSet.*ReadWriteMany/,
      ),
    ]);
  });
});

describe('what belongs to a backing workload exists once with it', () => {
  const of = (text: string, pod = '') => words(join(WEB, DB_SERVICE, db('StatefulSet', { pod }), text));

  test.each<[string, string, string?]>([
    ['Service db', DB_SERVICE.replace('name: db', 'name: db-headless').replace('spec: {', 'spec: {clusterIP: None, ')],
    ['PodDisruptionBudget db', named('PodDisruptionBudget', 'policy/v1', 'spec: {selector: {matchLabels: {app: db}}}')],
    [
      'NetworkPolicy db',
      named('NetworkPolicy', 'networking.k8s.io/v1', 'spec: {podSelector: {matchLabels: {app: db}}}'),
    ],
    [
      'HorizontalPodAutoscaler db',
      named('HorizontalPodAutoscaler', 'autoscaling/v2', 'spec: {scaleTargetRef: {kind: StatefulSet, name: db}}'),
    ],
    ['Secret db', named('Secret', 'v1'), 'volumes: [{name: d, secret: {secretName: db}}], '],
    ['ConfigMap db', named('ConfigMap', 'v1'), 'volumes: [{name: d, configMap: {name: db}}], '],
    ['PersistentVolumeClaim data', claim('ReadWriteOnce'), CLAIM_VOLUME],
    ['ServiceAccount db', named('ServiceAccount', 'v1'), 'serviceAccountName: db, '],
  ])('%s', (given, text, pod) => {
    expect(of(text, pod)).toContain(`${given}: backing`);
  });

  test('a Secret that the application reads too, under one name', () => {
    const reads = (text: string) =>
      text.replace(/image: (\S+?)(,|\})/, 'image: $1, envFrom: [{secretRef: {name: db}}]$2');
    const all = join(
      SERVICE,
      reads(DEPLOYMENT),
      db('StatefulSet', { pod: 'volumes: [{name: d, secret: {secretName: db}}], ' }),
    );
    const built = buildStack(manifestsOf(join(all, named('Secret', 'v1'))), new Map(), identifiers(), {
      routed: new Set(['web']),
    });
    if (!('stack' in built)) throw new Error('expected a stack');
    expect(built.stack.shared.map(({ given }) => given)).toContain('Secret db');
    expect(JSON.stringify(built.stack.own)).toContain('{"secretRef":{"name":"db"}}');
  });

  test('but nothing that selects pods of both', () => {
    const both =
      'apiVersion: v1\nkind: Service\nmetadata: {name: both}\nspec: {selector: {team: a}, ports: [{port: 80}]}';
    const team = (text: string) => text.replaceAll(/labels: \{app/g, 'labels: {team: a, app');
    const all = words(join(SERVICE, team(DEPLOYMENT), DB_SERVICE, team(db('StatefulSet')), both));
    expect(all).toContain('Service both: coloured');
    expect(all).toContain('Service db: backing');
  });
});

describe('what is no part of a release', () => {
  const all = join(
    WEB,
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}',
    'apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: web, namespace: monitoring}\nspec: {}',
    'apiVersion: batch/v1\nkind: Job\nmetadata: {name: seed}\nspec: {}',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: web, namespace: other}\nrules: []',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: own}\nrules: []',
  );

  test('is left alone, and is refused where the config says so', () => {
    const others = ['Namespace shop', 'ServiceMonitor web', 'Job seed'];
    expect(words(all).slice(2)).toEqual([
      ...others.map((name) => `${name}: left`),
      'Role web: left',
      'Role own: shared',
    ]);
    expect(words(all, { others: 'refuse' }).slice(2, 5)).toEqual(others.map((name) => `${name}: refused`));
  });

  test.each<[string, string]>([
    ['an ExternalName', 'spec: {type: ExternalName, externalName: db.example.com}'],
    ['a Service for pods of somebody else', 'spec: {selector: {cnpg.io/cluster: db}, ports: [{port: 5432}]}'],
    ['a Service whose endpoints are written by hand', 'spec: {ports: [{port: 5432}]}'],
  ])('%s is created once', (_, spec) => {
    expect(words(join(WEB, named('Service', 'v1', spec)))).toContain('Service db: shared');
  });
});
