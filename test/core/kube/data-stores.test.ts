import { describe, expect, test } from 'vitest';
import { storeOfImage, storeOfPort } from '../../../src/core/kube/data-stores.ts';
import { imageName } from '../../../src/core/kube/images.ts';

const byImage = (image: string) => storeOfImage(imageName(image))?.product;

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
    expect(byImage(image)).toBe(product);
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

  test.each<[unknown[], string | undefined]>([
    [[undefined, 5432], 'PostgreSQL'],
    [['redis', 7000], 'Redis'],
    [['tcp-mysql', 7000], 'MySQL'],
    [['http', 2113], 'EventStoreDB'],
    [['http', 8080], undefined],
  ])('by the name or number of a port: %j', (signs, product) => {
    expect(storeOfPort(signs)?.store.product).toBe(product);
  });
});
