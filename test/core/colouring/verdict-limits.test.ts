import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/core/kube/objects.ts';
import { objectOf } from '../support.ts';
import { DEPLOYMENT, join, SERVICE } from './stack-manifests.ts';
import { CLAIM_VOLUME, claim, DB_SERVICE, db, named, WEB, whyOf, words } from './words.ts';

/** Where the rules of the verdicts end: what looks like a reason and is none. */

const RECREATE = { spec: 'strategy: {type: Recreate}' };
const pods = (kind: string, version: string, labels: string, more = '') =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: other, annotations: {${more}}}\nspec: {template: {metadata: {labels: {${labels}}}, spec: {containers: [{name: x, image: x}]}}}`;
const backup = (labels: string) =>
  `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: backup}\nspec: {schedule: "@daily", jobTemplate: {spec: {template: {metadata: {labels: {${labels}}}, spec: {restartPolicy: Never, containers: [{name: x, image: x}]}}}}}`;

describe('a part has state', () => {
  test('if the port of a Service says so, whatever its image', () => {
    const sql = DB_SERVICE.replace('port: 80', 'port: 5432');
    expect(whyOf(join(WEB, sql, db('Deployment')), 'Deployment db')).toBe('offers a port of PostgreSQL (5432)');
  });

  test('if it writes to a claim that a part behind the route writes to as well, but nobody may share', () => {
    const web = DEPLOYMENT.replace('spec: {containers', `spec: {${CLAIM_VOLUME}containers`);
    const both = join(SERVICE, web, DB_SERVICE, db('Deployment', { pod: CLAIM_VOLUME }), claim('ReadWriteOnce'));
    expect(words(both)).toEqual(expect.arrayContaining(['Deployment web: refused', 'Deployment db: backing']));
  });

  test('if only a backing part behind the route shares its claim', () => {
    const set = db('StatefulSet', { pod: CLAIM_VOLUME }).replaceAll('db', 'web');
    const all = join(WEB, set, DB_SERVICE, db('Deployment', { pod: CLAIM_VOLUME }), claim('ReadWriteMany'));
    expect(words(all)).toContain('Deployment db: backing');
  });

  test('whatever a shared object of another kind says of access modes', () => {
    const copy =
      'apiVersion: snapshots.test/v1\nkind: Snapshot\nmetadata: {name: data, annotations: {greenpath.dev/shared: "true"}}\nspec: {accessModes: [ReadWriteMany]}';
    const web = DEPLOYMENT.replace('spec: {containers', `spec: {${CLAIM_VOLUME}containers`);
    const all = join(SERVICE, web, DB_SERVICE, db('Deployment', { pod: CLAIM_VOLUME }), copy);
    expect(words(all)).toContain('Deployment db: backing');
  });
});

describe('visitors reach a part', () => {
  const all = join(WEB, DB_SERVICE, db('Deployment', RECREATE));

  test.each([
    ['by the name of its Service', all, 'db'],
    [
      'by the name without the revision',
      all.replace('{name: db}\nspec: {selector', '{name: db-v2}\nspec: {selector'),
      'db',
    ],
    [
      'by a name that only looks like one with a revision',
      all.replace('{name: db}\nspec: {selector', '{name: db-v2}\nspec: {selector'),
      'db-v2',
    ],
  ])('%s', (_, text, route) => {
    expect(words(text, { routed: ['web', route] })).toContain('Deployment db: refused');
  });

  test('not by a Service that the manifests do not hold: its path is not of this application', () => {
    const other = objectOf(SERVICE.replace('{name: web}', '{name: other}').replace('app: web', 'app: db')) as Service;
    const around = { routed: ['web', 'other'], services: [other] };
    expect(words(join(WEB, db('Deployment', RECREATE)), around)).toContain('Deployment db: backing');
  });

  test('and a Job of the same labels is not judged for it', () => {
    const job = backup('app: web').replace('containers:', `${CLAIM_VOLUME}containers:`);
    expect(words(join(WEB, job, claim('ReadWriteOnce')))).toContain('CronJob backup: coloured');
  });
});

describe('a Service', () => {
  test('of a backing part stays with it, whatever Jobs carry the same labels', () => {
    expect(words(join(WEB, DB_SERVICE, db('StatefulSet'), backup('app: db')))).toContain('Service db: backing');
  });

  test('that selects nothing but pods of what is left alone is shared', () => {
    const all = join(WEB, DB_SERVICE, pods('Job', 'batch/v1', 'app: db'));
    expect(words(all)).toEqual(expect.arrayContaining(['Job other: left', 'Service db: shared']));
  });

  test('that selects by revision is of that revision, wherever its pods are', () => {
    const own = DB_SERVICE.replace('app: db', 'app: db, revision: v2');
    expect(words(join(WEB, own))).toContain('Service db: coloured');
  });
});

describe('an object that exists once', () => {
  const policy = (namespace: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: ${namespace}}\nspec: {podSelector: {}}`;

  test('is of the namespace of the release, or left alone', () => {
    expect(words(join(WEB, policy('shop')))).toContain('NetworkPolicy p: shared');
    expect(words(join(WEB, policy('other')))).toContain('NetworkPolicy p: left');
  });

  test('may be a Secret that a ServiceAccount holds, and not one that anything else lists', () => {
    const account = named('ServiceAccount', 'v1', 'secrets: [{name: db}]');
    expect(words(join(WEB, account, named('Secret', 'v1')))).toContain('Secret db: shared');
    const list =
      'apiVersion: a.test/v1\nkind: Vault\nmetadata: {name: v, annotations: {greenpath.dev/shared: "true"}}\nsecrets: [{name: db}]';
    expect(words(join(WEB, list, named('Secret', 'v1')))).toContain('Secret db: coloured');
  });
});

describe('the addresses of a Service that are written by hand', () => {
  const service = named('Service', 'v1', 'spec: {ports: [{port: 5432}]}');
  const slice =
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, labels: {kubernetes.io/service-name: db}}\nendpoints: [{addresses: [192.0.2.1]}]';
  const said = 'it holds the addresses of Service db, which is created if it is missing';

  test.each([
    ['Endpoints db', named('Endpoints', 'v1', 'subsets: [{addresses: [{ip: 192.0.2.1}]}]')],
    ['EndpointSlice db-1', slice],
  ])('are told to be missed if they are left alone: %s', (given, text) => {
    expect(whyOf(join(WEB, service, text), given)).toContain(said);
    expect(whyOf(join(WEB, text), given)).not.toContain(said);
    expect(whyOf(join(WEB, DB_SERVICE, db('StatefulSet'), text), given)).not.toContain(said);
    const annotated = text.replace('metadata: {', 'metadata: {annotations: {greenpath.dev/shared: "true"}, ');
    expect(words(join(WEB, service, annotated))).toContain(`${given}: shared`);
  });
});

describe('what is left alone', () => {
  const widget = (kind: string, group: string, name: string) =>
    `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: x}\nspec: {secretKeyRef: {name: ${name}}}`;

  test('is told to name a copy only if there is one in each revision', () => {
    const reads = db('StatefulSet', { pod: 'volumes: [{name: d, secret: {secretName: db}}], ' });
    const why = whyOf(
      join(WEB, DB_SERVICE, reads, named('Secret', 'v1'), widget('Widget', 'a.test/v1', 'db')),
      'Widget x',
    );
    expect(why).toBe('its kind is unknown to Greenpath');
    const own = whyOf(join(WEB, named('Secret', 'v1'), widget('Widget', 'a.test/v1', 'db')), 'Widget x');
    expect(own).toContain('it names Secret db');
  });

  test('is not advised to be shared if it belongs to the whole cluster', () => {
    const issuer = widget('ClusterIssuer', 'cert-manager.io/v1', 'db');
    const why = whyOf(join(WEB, named('Secret', 'v1'), issuer), 'ClusterIssuer x', { others: 'refuse' });
    expect(why).not.toContain('share');
  });
});
