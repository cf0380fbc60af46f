import {
  APPLIED,
  all,
  CLAIM,
  claim,
  deployment,
  ingress,
  NAMED,
  named,
  OWN,
  ROUTE,
  service,
  WEB_NAMES,
} from './check-manifests.ts';

/** Small folders, and everything that `check` says of them. `test/e2e/check.test.ts` runs the bundle over them too. */
export interface Folder {
  readonly files: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** `Deployment web is coloured (web.yaml:1): each revision has its own`, in the order of the output. */
  readonly verdicts: readonly string[];
  /** Annotations of problems: `error web.yaml:1 Deployment web …`; the beginning of each is enough. */
  readonly annotations: readonly string[];
  /** Problems without a place. */
  readonly problems?: readonly string[];
  /** What is not looked at besides what only the cluster ever knows. */
  readonly open?: readonly string[];
  readonly plainNames?: string;
}

export const FOLDERS: Readonly<Record<string, Folder>> = {
  'what each revision has its own of, and what a worker and a hook are': {
    files: {
      'web.yaml': all(deployment('web'), service('web'), named('v1', 'ConfigMap', 'settings', 'data: {}\n')),
      'ingress.yaml': ingress(),
      'mailer.yaml': deployment('mailer', { spec: 'strategy: {type: Recreate}' }),
      'migrate.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {greenpath.dev/hook: pre-deploy}}\nspec: {template: {spec: {containers: []}}}\n',
      'seed.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: seed, annotations: {helm.sh/hook: "post-install,post-upgrade"}}\nspec: {template: {spec: {containers: []}}}\n',
    },
    verdicts: [
      `Deployment mailer is coloured (mailer.yaml:1): ${OWN}: a worker, which works only while its revision is live`,
      'Job migrate is coloured (migrate.yaml:1): it runs once for each revision, at pre-deploy',
      'Job seed is coloured (seed.yaml:1): it runs once for each revision, at post-promote (helm.sh/hook: post-install, post-upgrade); if nothing is live yet, it runs once for each revision, at post-deploy',
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      `ConfigMap settings is coloured (web.yaml:16): ${OWN}`,
      ROUTE,
    ],
    annotations: [],
    open: [APPLIED, NAMED],
    plainNames: WEB_NAMES,
  },

  'what has state, what is shared and what is left alone': {
    files: {
      'web.yaml': all(deployment('web', { pod: 'serviceAccountName: web, ' }), service('web')),
      'ingress.yaml': ingress(),
      'cache.yaml': all(deployment('cache', { image: 'redis:7' }), service('cache')),
      'db.yaml': all(
        '# the database\n',
        deployment('db', { pod: CLAIM }).replace('Deployment', 'StatefulSet'),
        service('db', ', clusterIP: None'),
        claim('ReadWriteOnce'),
      ),
      'other.yaml': all(
        named('v1', 'Namespace', 'shop'),
        named('v1', 'ServiceAccount', 'web'),
        named('monitoring.coreos.com/v1', 'ServiceMonitor', 'web', 'spec: {}\n'),
        named('batch/v1', 'Job', 'seed', 'spec: {}\n'),
      ),
    },
    verdicts: [
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      ROUTE,
      'Deployment cache is backing (cache.yaml:1): runs Redis (image redis)',
      'Service cache is backing (cache.yaml:11): it selects the pods of Deployment cache',
      'StatefulSet db is backing (db.yaml:3): is a StatefulSet, whose pods have volumes of their own',
      'Service db is backing (db.yaml:13): it selects the pods of StatefulSet db',
      'PersistentVolumeClaim data is backing (db.yaml:18): StatefulSet db mounts it',
      'ServiceAccount web is shared (other.yaml:5): it serves every revision',
      'Namespace shop is left alone (other.yaml:1): it belongs to the whole cluster',
      'ServiceMonitor web is left alone (other.yaml:9): its kind is unknown to Greenpath',
      'Job seed is left alone (other.yaml:14): it is no hook (annotation greenpath.dev/hook)',
    ],
    annotations: [
      'notice cache.yaml:1 Deployment cache is backing: runs Redis (image redis)',
      'notice db.yaml:3 StatefulSet db is backing: is a StatefulSet',
      'notice other.yaml:1 Namespace shop is left alone: it belongs to the whole cluster',
      'notice other.yaml:9 ServiceMonitor web is left alone: its kind is unknown to Greenpath',
      'notice other.yaml:14 Job seed is left alone: it is no hook',
    ],
    open: [APPLIED, NAMED],
    plainNames: WEB_NAMES,
  },

  'what depends on an Ingress that is not in the manifests': {
    files: {
      'web.yaml': all(deployment('web'), service('web')),
      'files.yaml': all(deployment('files', { pod: CLAIM }), service('files'), claim('ReadWriteOnce')),
      'admin.yaml': ingress().replace('name: web', 'name: admin'),
      'ext.yaml': named('v1', 'Service', 'ext', 'spec: {type: ExternalName, externalName: a.example.com}\n'),
      'other.yaml': ingress().replace('name: web', 'name: other, namespace: elsewhere'),
    },
    inputs: { namespace: 'shop' },
    verdicts: [
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      'Deployment files is backing (files.yaml:1): writes to PersistentVolumeClaim data; if Ingress web leads to it, it is refused: Deployment files writes',
      'Service files is backing (files.yaml:11): it selects the pods of Deployment files; if Ingress web leads to it, it is coloured: each',
      'PersistentVolumeClaim data is backing (files.yaml:16): Deployment files mounts it; if Ingress web leads to it, it is shared: it',
      'Service ext is shared (ext.yaml:1): it selects no pods of the manifests; if Ingress web leads to it, it is refused: Service ext is an ExternalName',
      'Ingress admin is left alone (admin.yaml:1): the input route does not name it',
      'Ingress other is left alone (other.yaml:1): it belongs to namespace elsewhere',
    ],
    annotations: [
      'warning admin.yaml:1 input route names ingress/web, which the manifests lack; they hold Ingress admin, which leads to Service web: did you mean ingress/admin?',
      'warning files.yaml:1 if Ingress web leads to it: Deployment files writes to PersistentVolumeClaim data (ReadWriteOnce)',
      'notice files.yaml:1 Deployment files is backing: writes to PersistentVolumeClaim data',
      'notice admin.yaml:1 Ingress admin is left alone: the input route does not name it',
      'notice other.yaml:1 Ingress other is left alone: it belongs to namespace elsewhere',
    ],
    open: ['Ingress web, which is not in the manifests (there: Ingress admin): which parts visitors reach'],
    plainNames: WEB_NAMES,
  },

  'what pods need from the cluster, and a class that only the cluster knows': {
    files: {
      'web.yaml': all(
        deployment('web', { pod: `serviceAccountName: web, ${CLAIM.replace('data', 'uploads')}` }).replace(
          'name: main',
          'name: main, envFrom: [{secretRef: {name: keys}}, {configMapRef: {name: extra, optional: true}}]',
        ),
        service('web'),
      ),
      'ingress.yaml': ingress('web', { className: '' }),
    },
    inputs: { config: 'plain-names: live' },
    verdicts: [
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      ROUTE,
    ],
    annotations: [],
    open: [
      APPLIED,
      'which router serves Ingress web, since it names no class',
      'whether PersistentVolumeClaim uploads exists, and which nodes can mount it: Deployment web needs it (web.yaml:1)',
      'whether Secret keys exists: Deployment web needs it (web.yaml:1)',
      'whether ServiceAccount web exists: Deployment web needs it (web.yaml:1)',
    ],
  },
};
