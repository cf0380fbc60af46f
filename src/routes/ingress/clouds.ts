/** A controller that makes a load balancer of the cloud for Ingresses, behind which there can be no release. */
export interface Cloud {
  readonly name: string;
  readonly controllers: RegExp;
  readonly classes: readonly string[];
  /** What it lacks, to follow its name. */
  readonly lacks: string;
}

/** Sources: the documentation of each, on IngressClasses and annotations. */
export const CLOUDS: readonly Cloud[] = [
  {
    name: 'the AWS Load Balancer Controller',
    controllers: /^(ingress\.k8s\.aws|eks\.amazonaws\.com)\/alb$/,
    classes: ['alb'],
    lacks:
      'makes a load balancer outside of the cluster, where preview and parking would need to join that of the live Ingress',
  },
  {
    name: 'the Ingress controller of GKE',
    controllers: /^(ingress\.gce\.io|networking\.gke\.io|kubernetes\.io)\/(ingress-)?gce/,
    classes: ['gce', 'gce-internal'],
    lacks: 'makes a load balancer for each Ingress, which cannot strip the prefix of a preview',
  },
  {
    name: 'the Application Gateway Ingress Controller of Azure',
    controllers: /^azure\/application-gateway/,
    classes: ['azure-application-gateway', 'azure/application-gateway'],
    lacks:
      'configures an Application Gateway, which takes minutes to apply a change and cannot keep parking closed to everybody',
  },
];

/** What people can do. */
export const CLOUD_ADVICE =
  'Put a router inside the cluster behind that load balancer, such as ingress-nginx, Traefik or an implementation of Gateway API, and let it serve the live route (docs/routers.md).';
