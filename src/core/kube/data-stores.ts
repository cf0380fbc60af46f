/** A product that keeps data, and how manifests name it. */
export interface DataStore {
  readonly product: string;
  /** Last parts of image names; a version may follow, as in `postgresql-16`. */
  readonly images: readonly string[];
  /** Names of ports in pods and Services. */
  readonly ports?: readonly string[];
  /** The port numbers that hardly anything else uses. */
  readonly numbers?: readonly number[];
}

/** Known data stores: databases, caches, queues, search engines, object stores, and stores of metrics, logs and traces. */
const DATA_STORES: readonly DataStore[] = [
  {
    product: 'PostgreSQL',
    images: [
      'postgres',
      'postgresql',
      'postgresql-repmgr',
      'crunchy-postgres',
      'postgis',
      'pgvector',
      'spilo',
      'supabase-postgres',
      'timescaledb',
      'timescaledb-ha',
    ],
    ports: ['postgres', 'postgresql', 'pgsql', 'psql'],
    numbers: [5432],
  },
  {
    product: 'MySQL',
    images: [
      'mysql',
      'mysql-server',
      'mariadb',
      'mariadb-galera',
      'percona',
      'percona-server',
      'percona-xtradb-cluster',
    ],
    ports: ['mysql', 'mariadb'],
    numbers: [3306],
  },
  {
    product: 'MongoDB',
    images: ['mongo', 'mongodb', 'mongodb-community-server', 'mongodb-sharded', 'percona-server-mongodb', 'ferretdb'],
    ports: ['mongo', 'mongodb'],
    numbers: [27017],
  },
  {
    product: 'Redis',
    images: [
      'redis',
      'redis-cluster',
      'redis-sentinel',
      'redis-stack',
      'redis-stack-server',
      'redisearch',
      'rejson',
      'falkordb',
      'valkey',
      'keydb',
      'dragonfly',
    ],
    ports: ['redis', 'valkey'],
    numbers: [6379],
  },
  { product: 'memcached', images: ['memcached'], ports: ['memcache', 'memcached'], numbers: [11211] },
  { product: 'RabbitMQ', images: ['rabbitmq', 'lavinmq'], ports: ['amqp', 'rabbitmq'], numbers: [5672] },
  { product: 'ActiveMQ', images: ['activemq', 'activemq-artemis', 'activemq-classic'], ports: ['openwire'] },
  { product: 'NATS', images: ['nats', 'nats-server', 'nats-streaming'], ports: ['nats'], numbers: [4222] },
  {
    product: 'Kafka',
    images: ['kafka', 'kafka-native', 'cp-kafka', 'cp-server', 'redpanda'],
    ports: ['kafka'],
  },
  { product: 'Pulsar', images: ['pulsar', 'pulsar-all'], ports: ['pulsar'], numbers: [6650] },
  { product: 'NSQ', images: ['nsq', 'nsqd'], numbers: [4150] },
  {
    product: 'an MQTT broker',
    images: ['eclipse-mosquitto', 'mosquitto', 'emqx', 'vernemq'],
    ports: ['mqtt'],
    numbers: [1883],
  },
  { product: 'beanstalkd', images: ['beanstalkd'], numbers: [11300] },
  { product: 'EventStoreDB', images: ['eventstore', 'eventstoredb', 'kurrentdb'], numbers: [2113] },
  { product: 'Hazelcast', images: ['hazelcast'] },
  { product: 'Ignite', images: ['apacheignite/ignite'] },
  { product: 'ZooKeeper', images: ['zookeeper', 'cp-zookeeper'], ports: ['zookeeper'], numbers: [2181] },
  { product: 'etcd', images: ['etcd'], ports: ['etcd', 'etcd-client'], numbers: [2379] },
  {
    product: 'Elasticsearch',
    images: ['elasticsearch', 'elasticsearch-oss'],
    ports: ['elasticsearch'],
  },
  { product: 'OpenSearch', images: ['opensearch'], ports: ['opensearch'] },
  { product: 'Solr', images: ['solr'], ports: ['solr'] },
  { product: 'Meilisearch', images: ['meilisearch'], ports: ['meilisearch'] },
  { product: 'Typesense', images: ['typesense'] },
  { product: 'Cassandra', images: ['cassandra', 'scylla'], ports: ['cql', 'cassandra'], numbers: [9042] },
  { product: 'CockroachDB', images: ['cockroach'], numbers: [26257] },
  { product: 'CouchDB', images: ['couchdb'], ports: ['couchdb'], numbers: [5984] },
  { product: 'Couchbase', images: ['couchbase'] },
  { product: 'ClickHouse', images: ['clickhouse', 'clickhouse-server'], ports: ['clickhouse'] },
  { product: 'InfluxDB', images: ['influxdb', 'influxdb2'], ports: ['influxdb'] },
  { product: 'QuestDB', images: ['questdb'] },
  { product: 'TDengine', images: ['tdengine'] },
  { product: 'Neo4j', images: ['neo4j'], ports: ['bolt', 'neo4j'], numbers: [7687] },
  { product: 'ArangoDB', images: ['arangodb'], ports: ['arangodb'], numbers: [8529] },
  { product: 'RethinkDB', images: ['rethinkdb'], numbers: [28015] },
  { product: 'OrientDB', images: ['orientdb', 'arcadedb'] },
  { product: 'Dgraph', images: ['dgraph'] },
  { product: 'Aerospike', images: ['aerospike', 'aerospike-server'] },
  { product: 'FoundationDB', images: ['foundationdb'] },
  { product: 'TiKV', images: ['tikv'] },
  { product: 'YugabyteDB', images: ['yugabyte'] },
  { product: 'Db2', images: ['db2', 'db2_community/db2'] },
  { product: 'DynamoDB Local', images: ['dynamodb-local'] },
  { product: 'SurrealDB', images: ['surrealdb'] },
  { product: 'rqlite', images: ['rqlite'] },
  { product: 'SQL Server', images: ['mssql/server', 'azure-sql-edge'], ports: ['mssql'], numbers: [1433] },
  {
    product: 'Oracle Database',
    images: ['oracle-free', 'oracle-xe', 'database/express', 'database/free', 'database/enterprise'],
    ports: ['oracle'],
    numbers: [1521],
  },
  { product: 'MinIO', images: ['minio'], ports: ['minio'] },
  { product: 'SeaweedFS', images: ['seaweedfs'] },
  { product: 'Azurite', images: ['azurite'] },
  { product: 'LocalStack', images: ['localstack'], numbers: [4566] },
  { product: 'Vault', images: ['hashicorp/vault', 'openbao'] },
  { product: 'Consul', images: ['consul'] },
  { product: 'Chroma', images: ['chroma', 'chromadb'] },
  { product: 'Qdrant', images: ['qdrant'], ports: ['qdrant'] },
  { product: 'Weaviate', images: ['weaviate'] },
  { product: 'Milvus', images: ['milvus'], ports: ['milvus'], numbers: [19530] },
  { product: 'Prometheus', images: ['prometheus', 'victoria-metrics'] },
  { product: 'Graphite', images: ['graphite-statsd'] },
  { product: 'Loki', images: ['grafana/loki', 'grafana-loki'] },
  { product: 'Tempo', images: ['grafana/tempo', 'grafana-tempo'] },
  { product: 'Jaeger', images: ['jaegertracing/all-in-one', 'jaegertracing/jaeger'] },
  { product: 'Zipkin', images: ['zipkin'] },
];

/** The data store that an image is one of; undefined if it is none that is known. */
export function storeOfImage(name: string): DataStore | undefined {
  return DATA_STORES.find(({ images }) => images.some((one) => isImage(name, one)));
}

/** The data store that uses a port, and how: by one of `signs`, the names and numbers of the port. */
export function storeOfPort(
  signs: readonly unknown[],
): { readonly store: DataStore; readonly seen: unknown } | undefined {
  for (const sign of signs) {
    for (const store of DATA_STORES) {
      const { ports = [], numbers = [] } = store;
      const isKnown = ports.some((one) => sign === one || sign === `tcp-${one}`) || numbers.some((one) => sign === one);
      if (isKnown) return { store, seen: sign };
    }
  }
  return undefined;
}

/** Whether an image name ends with `known`, with or without a version. */
export function isImage(name: string, known: string): boolean {
  const image = `/${name}`;
  const at = image.lastIndexOf(`/${known}`);
  return at >= 0 && /^([-_.]?v?\d[^/]*)?$/.test(image.slice(at + known.length + 1));
}
