import { buildStack } from '../../../src/core/colouring/stack.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { identifiers, manifestsOf } from '../support.ts';
import { DEPLOYMENT, join, SERVICE } from './stack-manifests.ts';

/** Verdicts on an application `web` with a part `db` that may have state. */

/** The part that visitors reach. */
export const WEB = join(SERVICE, DEPLOYMENT);
/** A workload `db`: `spec` stands beside the template, `pod` in its pods. */
export const db = (kind: string, { spec = '', pod = '', image = 'acme/own:1', annotations = '' } = {}) => `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: db, annotations: {${annotations}}}
spec:
  ${spec}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {${pod}containers: [{name: db, image: "${image}", volumeMounts: [{name: d, mountPath: /d}]}]}
`;
/** Leads to it. */
export const DB_SERVICE = SERVICE.replaceAll('web', 'db');
/** A volume `d` of the claim `data`. */
export const CLAIM_VOLUME = 'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], ';
/** That claim. */
export const claim = (mode: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}]}`;
/** Another object `db`. */
export const named = (kind: string, version: string, more = '') =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: db}\n${more}`;

interface Around {
  readonly routed?: string[];
  readonly services?: Service[];
  readonly others?: 'leave' | 'refuse';
  readonly revision?: string;
}
/** `Deployment db: backing`, for each object. */
export function words(text: string, { routed = ['web'], revision = 'v2', ...around }: Around = {}): string[] {
  const ids = identifiers(revision);
  const { verdicts } = buildStack(manifestsOf(text), new Map(), ids, { routed: new Set(routed), ...around });
  return verdicts.map(({ manifest, word }) => `${manifest.given}: ${word}`);
}
/** Why an object got its word. */
export function whyOf(text: string, given: string, around: Around = {}): string | undefined {
  const { routed = ['web'], ...rest } = around;
  const { verdicts } = buildStack(manifestsOf(text), new Map(), identifiers(), { routed: new Set(routed), ...rest });
  return verdicts.find(({ manifest }) => manifest.given === given)?.why;
}
