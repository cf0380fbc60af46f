const PARTS = ['web', 'relay', 'snuba-api', 'symbolicator-api', 'worker', 'ingest-consumer', 'post-process-forwarder'];

/**
 * A chart as large as sentry's: a Deployment, Service, HPA and PDB for each of its parts, which share a ConfigMap of
 * 300 KB and Secrets. Written from the chart's documentation.
 */
export const LARGE = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'sentry-sentry', labels: labels('config') },
    data: {
      'config.yml': 'system.url-prefix: http://sentry-web:9000\n'.repeat(3_500),
      'sentry.conf.py': '# -*- coding: utf-8 -*-\nDATABASES = {"default": {"HOST": "sentry-postgresql"}}\n'.repeat(
        2_000,
      ),
    },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'sentry-sentry-secret' }, data: { key: 'c2VjcmV0' } },
  ...PARTS.flatMap((part) => [service(part), deployment(part), autoscaler(part), budget(part)]),
]
  .map((object) => JSON.stringify(object))
  .join('\n---\n');

function labels(role: string) {
  return { app: 'sentry', chart: 'sentry-26.3.1', release: 'sentry', heritage: 'Helm', role };
}

function service(part: string) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `sentry-${part}`, labels: labels(part) },
    spec: { selector: { app: 'sentry', release: 'sentry', role: part }, ports: [{ port: 9000, name: 'http' }] },
  };
}

function deployment(part: string) {
  const selector = { matchLabels: { app: 'sentry', release: 'sentry', role: part } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `sentry-${part}`, annotations: { 'meta.helm.sh/release-name': 'sentry' } },
    spec: {
      revisionHistoryLimit: 10,
      selector,
      template: {
        metadata: { labels: { ...labels(part) }, annotations: { 'checksum/config.yaml': 'e3b0c44298fc1c14' } },
        spec: {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'kubernetes.io/hostname', labelSelector: selector },
              ],
            },
            podAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: PARTS.map((other, index) => ({
                weight: index + 1,
                podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { role: other } } },
              })),
            },
          },
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector },
          ],
          initContainers: [
            { name: 'wait', image: 'sentry', envFrom: [{ secretRef: { name: 'sentry-sentry-secret' } }] },
          ],
          containers: [
            {
              name: 'sentry',
              image: 'getsentry/sentry:24.8.0',
              command: ['sentry', 'run', part],
              env: [
                { name: 'SNUBA', value: 'http://sentry-snuba-api$(GREENPATH_SUFFIX):1218' },
                { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'sentry-sentry-secret', key: 'key' } } },
                { name: 'POSTGRES', valueFrom: { secretKeyRef: { name: 'sentry-postgresql', key: 'password' } } },
              ],
              volumeMounts: [{ mountPath: '/etc/sentry', name: 'config', readOnly: true }],
            },
          ],
          volumes: [
            { name: 'config', configMap: { name: 'sentry-sentry' } },
            { name: 'sentry-data', persistentVolumeClaim: { claimName: 'sentry-data' } },
          ],
        },
      },
    },
  };
}

function autoscaler(part: string) {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: `sentry-${part}` },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: `sentry-${part}` },
      minReplicas: 2,
      maxReplicas: 5,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
        {
          type: 'External',
          external: {
            metric: { name: 'kafka_lag', selector: { matchLabels: { role: part } } },
            target: { type: 'AverageValue', averageValue: '30' },
          },
        },
      ],
    },
  };
}

function budget(part: string) {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: `sentry-${part}` },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'sentry', role: part } } },
  };
}
