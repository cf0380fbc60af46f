import type { Folder } from './check-folders.ts';
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

/** Folders of which something is refused, or would be. */
export const REFUSALS: Readonly<Record<string, Folder>> = {
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
    open: [APPLIED, NAMED],
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

  'an application that is its own database, whatever the live route is': {
    files: { 'web.yaml': all(deployment('web', { pod: CLAIM }), service('web'), claim('ReadWriteOnce')) },
    verdicts: [
      'Deployment web is refused (web.yaml:1): input manifests: there is no Deployment of this revision to release: Deployment web writes',
      'Service web is backing (web.yaml:11): it selects the pods of Deployment web; if Ingress web leads to it, it is coloured',
      'PersistentVolumeClaim data is backing (web.yaml:16): Deployment web mounts it; if Ingress web leads to it, it is shared',
    ],
    annotations: ['error web.yaml:1 input manifests: there is no Deployment of this revision to release'],
    open: ['Ingress web, which is not in the manifests'],
  },

  'an application that the live route may lead to is not refused': {
    files: { 'web.yaml': all(deployment('web', { pod: CLAIM }), service('web'), claim('ReadWriteMany')) },
    verdicts: [
      'Deployment web is backing (web.yaml:1): writes to PersistentVolumeClaim data; if Ingress web leads to it, it is coloured',
      'Service web is backing (web.yaml:11): it selects the pods of Deployment web; if Ingress web leads to it, it is coloured',
      'PersistentVolumeClaim data is backing (web.yaml:16): Deployment web mounts it; if Ingress web leads to it, it is shared',
    ],
    annotations: ['notice web.yaml:1 Deployment web is backing'],
    open: ['Ingress web, which is not in the manifests'],
    plainNames: WEB_NAMES,
  },

  'what its author lets run twice although it must not, and what may be state': {
    files: {
      'web.yaml': all(
        deployment('web', { pod: 'volumes: [{name: d, hostPath: {path: /srv}}], ' }).replaceAll('/d}', '/srv}'),
        service('web'),
      ),
      'ingress.yaml': ingress(),
      'jobs.yaml': all(
        deployment('jobs', { spec: 'strategy: {type: Recreate}', annotations: 'greenpath.dev/backing: "false"' }),
        service('jobs'),
      ),
    },
    verdicts: [
      'Deployment jobs is refused (jobs.yaml:1): Deployment jobs says strategy: Recreate, so two versions',
      `Service jobs is coloured (jobs.yaml:11): ${OWN}`,
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      ROUTE,
    ],
    annotations: ['error jobs.yaml:1 Deployment jobs says strategy: Recreate'],
    open: [APPLIED, NAMED],
    plainNames: "Plain names in the pods of each revision: jobs, web → this revision's own",
  },

  'a hand-written pair, of which the run is for another revision': {
    files: { 'web.yaml': all(deployment('web-v1', { labels: ', revision: v1' }), service('web-v1')) },
    inputs: { config: 'revision-label: revision', revision: 'v2' },
    verdicts: [
      'Service web-v1 is shared (web.yaml:11): it carries no revision',
      'Deployment web-v1 is left alone (web.yaml:1): it belongs to another revision',
    ],
    annotations: [],
    problems: ['input revision is v2, and the manifests hold revision v1 (pod label revision): set it to that'],
    open: ['Ingress web, which is not in the manifests'],
  },

  'words that a runner would take for commands': {
    files: {
      'web.yaml': all(deployment('web'), service('web')),
      'ingress.yaml': ingress(),
      'odd.yaml': named('example.com/v1', 'Odd', '"a\\n::error file=x,line=1::b"', 'spec: {}\n'),
    },
    inputs: { namespace: 'shop' },
    verdicts: [
      `Deployment web is coloured (web.yaml:1): ${OWN}`,
      `Service web is coloured (web.yaml:11): ${OWN}`,
      ROUTE,
      'Odd a\n::error file=x,line=1::b is left alone (odd.yaml:1): its kind is unknown to Greenpath',
    ],
    annotations: ['notice odd.yaml:1 Odd a : :error file=x,line=1::b is left alone'],
    open: [APPLIED, NAMED],
    plainNames: WEB_NAMES,
  },
};
