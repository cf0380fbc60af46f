import { describe, expect, test } from 'vitest';
import { dataStoreIn } from '../../../src/core/kube/data-stores.ts';
import type { KubeObject, Service } from '../../../src/core/kube/objects.ts';
import { objectOf } from '../support.ts';

const workload = (container: string): KubeObject =>
  objectOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {containers: [{name: side, image: "acme/agent:1"}, {name: x, ${container}}]}}}`,
  );
const byImage = (image: string) => dataStoreIn(workload(`image: "${image}"`), []);

describe('a data store is known', () => {
  test.each<[string, string]>([
    ['postgres', 'PostgreSQL'],
    ['postgres:16-alpine', 'PostgreSQL'],
    ['localhost/postgres:15', 'PostgreSQL'],
    ['registry.test:5000/library/postgres', 'PostgreSQL'],
    ['docker.io/bitnami/postgresql:16.2.0', 'PostgreSQL'],
    ['registry.redhat.io/rhel9/postgresql-15', 'PostgreSQL'],
    ['postgis/postgis:16-3.4', 'PostgreSQL'],
    ['acme/postgres-v15', 'PostgreSQL'],
    ['acme/redis.7', 'Redis'],
    ['timescale/timescaledb:latest-pg16', 'PostgreSQL'],
    [`mariadb@sha256:${'a'.repeat(64)}`, 'MySQL'],
    ['quay.io/centos/mysql-57-centos7', 'MySQL'],
    ['mongo:7', 'MongoDB'],
    ['redis:alpine', 'Redis'],
    ['valkey/valkey:8', 'Redis'],
    ['memcached', 'memcached'],
    ['rabbitmq:3-management', 'RabbitMQ'],
    ['nats:2', 'NATS'],
    ['confluentinc/cp-kafka:7', 'Kafka'],
    ['docker.elastic.co/elasticsearch/elasticsearch:8', 'Elasticsearch'],
    ['mcr.microsoft.com/mssql/server:2022-latest', 'SQL Server'],
    ['clickhouse/clickhouse-server', 'ClickHouse'],
    ['minio/minio', 'MinIO'],
    ['eventstore/eventstore:23.10.0', 'EventStoreDB'],
    ['hazelcast/hazelcast:5', 'Hazelcast'],
    ['eclipse-mosquitto:2', 'an MQTT broker'],
    ['ghcr.io/chroma-core/chroma', 'Chroma'],
    ['quay.io/prometheus/prometheus:v3', 'Prometheus'],
    ['jaegertracing/all-in-one:1', 'Jaeger'],
    ['container-registry.test/database/express', 'Oracle Database'],
  ])('by its image: %s', (image, product) => {
    expect(byImage(image)).toMatch(new RegExp(`^runs ${product} \\(image `));
  });

  test.each([
    'acme/web',
    'postgres-exporter',
    'prometheuscommunity/postgres-exporter:1',
    'mongo-express:1',
    'oliver006/redis_exporter',
    'rediscommander/redis-commander',
    'phpmyadmin/phpmyadmin',
    'mysql/web',
    'acme/postgres15/web',
    'acme/notredis',
    'nginx',
    'acme/server',
    'acme/all-in-one',
    'acme/tempo',
    'acme/vault',
    'acme/express',
    'prometheus-adapter',
    'jaegertracing/jaeger-agent',
    'eventstore/projections',
    '',
  ])('but not what is only near one: %s', (image) => {
    expect(byImage(image)).toBeUndefined();
  });

  test.each([
    ['{containerPort: 5432}', 'offers a port of PostgreSQL (5432)'],
    ['{name: redis, containerPort: 7000}', 'offers a port of Redis (redis)'],
    ['{name: tcp-mysql, containerPort: 7000}', 'offers a port of MySQL (tcp-mysql)'],
    ['{containerPort: 2113}', 'offers a port of EventStoreDB (2113)'],
    ['{name: http, containerPort: 8080}', undefined],
    ['{name: http, containerPort: 5432}', 'offers a port of PostgreSQL (5432)'],
  ])('by a port of its pods: %s', (port, why) => {
    expect(dataStoreIn(workload(`image: "acme/own:1", ports: [${port}]`), [])).toBe(why);
  });

  test('by a port of a Service that selects its pods', () => {
    const service = (port: string) =>
      objectOf(`apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [${port}]}`) as Service;
    const own = workload('image: "acme/own:1"');
    expect(dataStoreIn(own, [service('{port: 80}'), service('{port: 27017}')])).toBe(
      'offers a port of MongoDB (27017)',
    );
    expect(dataStoreIn(own, [service('{port: 80}')])).toBeUndefined();
  });
});
