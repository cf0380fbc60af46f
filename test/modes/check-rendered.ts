import type { Folder } from './check-folders.ts';
import { APPLIED, all, deployment, ingress, NAMED, named, OWN, service, WEB_NAMES } from './check-manifests.ts';

/** A program that prints this, each time that it is run; KEY is another word each time. */
const program = (script: string) => `#!${process.execPath}\n${script}`;
const prints = (text: string) =>
  program(`process.stdout.write(${JSON.stringify(text)}.replaceAll('KEY', 'k' + process.hrtime.bigint()))`);
const PROGRAMS = { PATH: './bin' };

/** Folders that are rendered. */
export const RENDERED: Readonly<Record<string, Folder>> = {
  'a chart that cannot be rendered beside files that are refused': {
    files: {
      'chart/Chart.yaml': 'name: web\n',
      'web.yaml': named('argoproj.io/v1alpha1', 'Rollout', 'web', 'spec: {}\n'),
      'bin/helm': program('console.error("no such value"); process.exit(1)'),
    },
    inputs: { manifests: 'chart\nweb.yaml', namespace: 'shop' },
    env: PROGRAMS,
    verdicts: ['Rollout web is refused (web.yaml:1): Rollout web cannot be released'],
    annotations: [
      'error chart Helm chart chart could not be rendered: helm ended with exit code 1. Its last lines:',
      'error web.yaml:1 Rollout web cannot be released',
    ],
    open: ['Ingress web, which is not in the manifests', 'its Kubernetes version'],
  },

  'what a chart and a kustomization render': {
    files: {
      'chart/Chart.yaml': 'name: web\n',
      'k8s/kustomization.yaml': '',
      'bin/helm': prints(
        all(
          `# Source: web/templates/web.yaml\n${deployment('web')}`,
          `# Source: web/templates/web.yaml\n${service('web')}`,
          `# Source: web/templates/secret.yaml\n${named('v1', 'Secret', 'keys', 'stringData: {key: KEY}\n')}`,
        ),
      ),
      'bin/kustomize': prints(ingress()),
    },
    inputs: { manifests: 'chart\nk8s', values: 'replicas: 2', namespace: 'shop' },
    env: PROGRAMS,
    verdicts: [
      `Deployment web is coloured (chart/templates/web.yaml): ${OWN}`,
      `Service web is coloured (chart/templates/web.yaml): ${OWN}`,
      `Secret keys is coloured (chart/templates/secret.yaml): ${OWN}`,
      'Ingress web is live route (k8s/kustomization.yaml): it is a live route',
    ],
    annotations: [],
    open: [
      APPLIED.replace('ingress.yaml:1', 'k8s/kustomization.yaml'),
      NAMED,
      'the values of Secret keys that are kept: its chart generates data.key at random',
      'its Kubernetes version',
    ],
    plainNames: WEB_NAMES,
  },

  'a refusal that names another object of the same kustomization': {
    files: {
      'k8s/kustomization.yaml': '',
      'bin/kustomize': prints(
        all(
          deployment('web'),
          service('web'),
          'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, annotations: {greenpath.dev/shared: "true"}}\nspec: {scaleTargetRef: {kind: Deployment, name: web, apiVersion: apps/v1}}\n',
          ingress(),
        ),
      ),
    },
    inputs: { manifests: 'k8s', namespace: 'shop' },
    env: PROGRAMS,
    verdicts: [
      'HorizontalPodAutoscaler web is refused (k8s/kustomization.yaml): HorizontalPodAutoscaler web is shared and names Deployment web',
      `Deployment web is coloured (k8s/kustomization.yaml): ${OWN}`,
      `Service web is coloured (k8s/kustomization.yaml): ${OWN}`,
      'Ingress web is live route (k8s/kustomization.yaml): it is a live route',
    ],
    annotations: ['error k8s/kustomization.yaml HorizontalPodAutoscaler web is shared and names Deployment web'],
    open: [APPLIED.replace('ingress.yaml:1', 'k8s/kustomization.yaml'), NAMED],
  },
};
