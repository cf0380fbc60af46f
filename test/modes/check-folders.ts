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

const deployment = (name: string, { image = 'acme/own:1', spec = '', pod = '', labels = '', annotations = '' } = {}) =>
  `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, annotations: {${annotations}}}
spec:
  ${spec}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}}
    spec: {${pod}containers: [{name: main, image: "${image}", volumeMounts: [{name: d, mountPath: /d}]}]}
`;
const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80}]${more}}\n`;
const ingress = (to = 'web', { port = 80, className = 'ingressClassName: nginx, ' } = {}) =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {${className}rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${to}, port: {number: ${port}}}}}]}}]}
`;
const claim = (mode: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}]}\n`;
const CLAIM = 'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], ';
const named = (apiVersion: string, kind: string, name: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${more}`;
const all = (...texts: string[]) => texts.join('---\n');

const OWN = 'each revision has its own';
const ROUTE = 'Ingress web is live route (ingress.yaml:1): it is a live route';
const APPLIED = 'whether Ingress web exists with other paths, which would count instead of those in ingress.yaml:1';
const WEB_NAMES = "Plain names in the pods of each revision: web → this revision's own";

export const FOLDERS: Readonly<Record<string, Folder>> = {
  'what each revision has its own of, and what a worker and a hook are': {
    files: {
      'web.yaml': all(deployment('web'), service('web'), named('v1', 'ConfigMap', 'settings', 'data: {}\n')),
      'ingress.yaml': ingress(),
      'mailer.yaml': deployment('mailer', { spec: 'strategy: {type: Recreate}' }),
      'migrate.yaml':
        'apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {greenpath.dev/hook: pre-deploy}}\nspec: {template: {spec: {containers: []}}}\n',
    },
    verdicts: [
      `Deployment mailer is coloured (mailer.yaml:1): ${OWN}: a worker, which works only while its revision is live`,
      'Job migrate is coloured (migrate.yaml:1): it runs once for each revision, at pre-deploy',
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      `ConfigMap settings is coloured (web.yaml:16): ${OWN}`,
      ROUTE,
    ],
    annotations: [],
    open: [APPLIED],
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
      'PersistentVolumeClaim data is backing (db.yaml:18): StatefulSet db reads it',
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
    open: [APPLIED],
    plainNames: WEB_NAMES,
  },

  'every refusal at its line, in one run': {
    files: {
      'web.yaml': all(deployment('web', { pod: CLAIM }), service('web'), claim('ReadWriteOnce')),
      'ingress.yaml': ingress('web', { port: 81 }),
      'front.yaml': all(deployment('front'), service('front')),
      'other.yaml': all(
        named('argoproj.io/v1alpha1', 'Rollout', 'front', 'spec: {}\n'),
        named('extensions/v1beta1', 'Ingress', 'old', 'spec: {}\n'),
      ),
    },
    inputs: { images: 'acme/none=acme/none:2' },
    verdicts: [
      'Ingress web is refused (ingress.yaml:1): a.example.com/ of Ingress web goes to web:81 of this app, and the manifests offer port 80 there',
      'Rollout front is refused (other.yaml:1): Rollout front cannot be released: ',
      'Ingress old is refused (other.yaml:6): Ingress old ',
      'Deployment web is refused (web.yaml:1): Deployment web writes to PersistentVolumeClaim data (ReadWriteOnce), so two versions',
      `Deployment front is coloured (front.yaml:1): ${OWN}`,
      `Service front is coloured (front.yaml:11): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      'PersistentVolumeClaim data is shared (web.yaml:16): it serves every revision',
    ],
    annotations: [
      'error other.yaml:1 Rollout front cannot be released',
      'error other.yaml:6 Ingress old ',
      'error web.yaml:1 Deployment web writes to PersistentVolumeClaim data (ReadWriteOnce)',
      'error ingress.yaml:1 a.example.com/ of Ingress web goes to web:81 of this app',
    ],
    problems: ['input images: no container has an image named exactly acme/none'],
    open: [APPLIED],
  },

  'what cannot be read beside what is refused': {
    files: {
      'broken.yaml': all(service('web'), 'apiVersion: v1\nkind: Service\nmetadata: {name: [a}\n'),
      'shape.yaml': named('v1', 'Service', 'db', 'spec: {ports: 80}\n'),
      'web.yaml': all(deployment('web'), named('argoproj.io/v1alpha1', 'Rollout', 'front', 'spec: {}\n')),
    },
    verdicts: [
      'Rollout front is refused (web.yaml:11): Rollout front cannot be released',
      `Service web is coloured (broken.yaml:1): ${OWN}`,
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
    ],
    annotations: [
      'error broken.yaml:8 is not valid YAML',
      'error shape.yaml:1 Service db: spec.ports is a number, but must be a list',
      'error web.yaml:11 Rollout front cannot be released',
    ],
    open: ['Ingress web, which is not in the manifests: which parts visitors reach'],
  },

  'what depends on an Ingress that is not in the manifests': {
    files: {
      'web.yaml': all(deployment('web'), service('web')),
      'files.yaml': all(deployment('files', { pod: CLAIM }), service('files'), claim('ReadWriteOnce')),
      'admin.yaml': ingress().replace('name: web', 'name: admin'),
    },
    inputs: { namespace: 'shop' },
    verdicts: [
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      'Deployment files is backing (files.yaml:1): writes to PersistentVolumeClaim data; if Ingress web leads to it, it is refused: Deployment files writes',
      'Service files is backing (files.yaml:11): it selects the pods of Deployment files; if Ingress web leads to it, it is coloured: each',
      'PersistentVolumeClaim data is backing (files.yaml:16): Deployment files reads it; if Ingress web leads to it, it is shared: it',
      'Ingress admin is left alone (admin.yaml:1): the input route does not name it',
    ],
    annotations: [
      'warning files.yaml:1 if Ingress web leads to it: Deployment files writes to PersistentVolumeClaim data (ReadWriteOnce)',
      'notice files.yaml:1 Deployment files is backing: writes to PersistentVolumeClaim data',
      'notice admin.yaml:1 Ingress admin is left alone: the input route does not name it',
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
