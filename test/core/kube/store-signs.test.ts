import { describe, expect, test } from 'vitest';
import type { Service } from '../../../src/core/kube/objects.ts';
import { storeSign } from '../../../src/core/kube/store-signs.ts';
import { objectOf } from '../support.ts';

/** What makes pods those of a data store, and what leaves a doubt. */

const APP = '{name: app, image: "acme/orders:1", ports: [{name: http, containerPort: 8080}]}';
const POSTGRES = '{name: db, image: "postgres:16", ports: [{containerPort: 5432}]}';
const OWN = '{name: db, image: "acme/own:1", ports: [{name: sql, containerPort: 5432}]}';
const EXPORTER = '{name: m, image: "prometheuscommunity/postgres-exporter:1", ports: [{containerPort: 9187}]}';
const PROXY = (image: string) => `{name: proxy, image: "${image}:2", ports: [{name: mysql, containerPort: 3306}]}`;
const CLOUD_SQL = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy';

function signOf(containers: string[], ports: string[] = [], sidecars: string[] = []) {
  const pod = `containers: [${containers.join(', ')}], initContainers: [${sidecars.join(', ')}]`;
  const workload = objectOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {${pod}}}}`,
  );
  const callers = ports.map(
    (one) => objectOf(`apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [${one}]}`) as Service,
  );
  return storeSign(workload, callers);
}

const RUNS = 'runs PostgreSQL (image postgres)';
const OFFERS = 'offers a port of PostgreSQL (5432)';

describe('pods are certainly those of a data store', () => {
  test.each<[string, string, string[], string[]?]>([
    ['if they run nothing else', RUNS, [POSTGRES]],
    ['whatever else it offers', RUNS, [POSTGRES], ['{port: 80}']],
    ['with what measures it', RUNS, [EXPORTER, POSTGRES], ['{port: 5432}', '{port: 9187}']],
    ['with what pools its connections', RUNS, [PROXY('edoburu/pgbouncer'), POSTGRES]],
    ['if only it is offered', RUNS, [APP, POSTGRES], ['{port: 5432}']],
    [
      'if only it is offered, by a name',
      RUNS,
      [APP, POSTGRES.replace('{c', '{name: a, c')],
      ['{port: 1, targetPort: a}'],
    ],
    ['if its port is not declared', RUNS, [APP, '{name: db, image: postgres}'], ['{port: 5432}']],
    ['of an image that nobody knows, if only its port is offered', OFFERS, [OWN], ['{port: 5432}']],
    ['by the number of its own port', OFFERS, [OWN], ['{port: 80, targetPort: sql}']],
    ['by a port that is only in the Service', OFFERS, ['{name: x, image: "acme/own"}'], ['{port: 5432}']],
    ['beside a port for metrics', OFFERS, [OWN], ['{port: 5432}', '{name: http-metrics, port: 9000}']],
  ])('%s', (_, why, containers, ports) => {
    expect(signOf(containers, ports)).toEqual({ why, isCertain: true });
  });
});

describe('pods may be an application with a data store for itself', () => {
  test.each<[string, string, string[], string[]?]>([
    ['which visitors of the store do not reach', `${RUNS} beside other containers`, [APP, POSTGRES], ['{port: 8080}']],
    ['which both are offered', `${RUNS} beside other containers`, [APP, POSTGRES], ['{port: 8080}', '{port: 5432}']],
    ['which is a worker', `${RUNS} beside other containers`, [APP, POSTGRES]],
    [
      'which a web server stands before',
      `${RUNS} beside other containers`,
      ['{image: nginx}', POSTGRES],
      ['{port: 80}'],
    ],
    ['of one image with both ports', OFFERS, [OWN], ['{port: 5432}', '{port: 8080}']],
    ['which only the pods declare', OFFERS, [APP, OWN], ['{port: 8080}']],
    ['which only the pods of a worker declare', OFFERS, [APP, OWN]],
  ])('%s', (_, why, containers, ports) => {
    expect(signOf(containers, ports)).toEqual({ why, isCertain: false });
  });

  test('also as a sidecar that starts before it', () => {
    const sidecar = POSTGRES.replace('{name', '{restartPolicy: Always, name');
    expect(signOf([APP], ['{port: 8080}'], [sidecar])).toMatchObject({ isCertain: false });
    expect(signOf([APP], ['{port: 8080}'], [POSTGRES])).toBeUndefined();
  });
});

describe('nothing speaks for a data store', () => {
  test.each<[string, string[], string[]?]>([
    ['in an application', [APP], ['{port: 8080}']],
    ...[
      CLOUD_SQL,
      'gcr.io/cloudsql-docker/gce-proxy',
      'edoburu/pgbouncer',
      'proxysql/proxysql',
      'acme/envoy',
      'haproxy',
    ].map((image): [string, string[], string[]] => [
      `in an application beside ${image}`,
      [APP, PROXY(image)],
      ['{port: 8080}'],
    ]),
    ['in a worker beside a proxy', [APP, PROXY(CLOUD_SQL)]],
    ['in a proxy by itself', [PROXY('bitnami/pgpool')], ['{port: 3306}']],
    ['in a router that leads to one', [PROXY('haproxy')], ['{port: 3306}']],
    ['in what measures one', [EXPORTER], ['{port: 9187}']],
  ])('%s', (_, containers, ports) => {
    expect(signOf(containers, ports)).toBeUndefined();
  });
});
