/** Manifests for the folders that `check` is tried on. */

/** A Deployment of 10 lines: `spec` goes beside its template, `pod` into its pods. */
export const deployment = (
  name: string,
  { image = 'acme/own:1', spec = '', pod = '', labels = '', annotations = '' } = {},
) =>
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
/** A Service of 4 lines for the pods of that name. */
export const service = (name: string, more = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\nspec: {selector: {app: ${name}}, ports: [{port: 80}]${more}}\n`;
/** The live route. */
export const ingress = (to = 'web', { port = 80, className = 'ingressClassName: nginx, ' } = {}) =>
  `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {${className}rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: ${to}, port: {number: ${port}}}}}]}}]}
`;
export const claim = (mode: string) =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [${mode}]}\n`;
export const CLAIM = 'volumes: [{name: d, persistentVolumeClaim: {claimName: data}}], ';
/** An object with this name, and `more` below. */
export const named = (apiVersion: string, kind: string, name: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${more}`;
/** Documents of one file. */
export const all = (...texts: string[]) => texts.join('---\n');

export const OWN = 'each revision has its own';
export const ROUTE = 'Ingress web is live route (ingress.yaml:1): it is a live route';
export const APPLIED =
  'whether Ingress web exists with other paths, which would count instead of those in ingress.yaml:1';
export const NAMED = 'which router serves Ingress web, since the name nginx of its class proves nothing';
export const WEB_NAMES = "Plain names in the pods of each revision: web → this revision's own";
