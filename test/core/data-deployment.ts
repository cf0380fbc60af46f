import type { KubeObject } from '../../src/core/kube/objects.ts';
import { objectOf } from './support.ts';

/** A Deployment that may hold data, and what it mounts. */

export const CLAIM = 'persistentVolumeClaim: {claimName: data}';
/** A Deployment with one volume `v`. */
export const deployment = (volume: string, mount = '{name: v, mountPath: /data}', more = ''): KubeObject =>
  objectOf(`
apiVersion: apps/v1
kind: Deployment
metadata: {name: db-v2, annotations: {}, labels: {greenpath.dev/name: db, greenpath.dev/revision: v2}}
spec:
  ${more}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: x, envFrom: [{secretRef: {name: db-v2}}], volumeMounts: [${mount}]}]
      volumes: [{name: v, ${volume}}]
`);
export const READ_ONLY = '{name: v, mountPath: /data, readOnly: true}';
