import type { Cloud } from '../clouds.ts';

/** The clouds' controllers of Ingresses. Sources: the documentation of each, on IngressClasses and annotations. */
export const CLOUDS: readonly Cloud[] = [
  {
    name: 'the AWS Load Balancer Controller',
    controllers: /^(ingress\.k8s\.aws|eks\.amazonaws\.com)\/alb$/,
    classes: /^alb$/,
    lacks:
      'makes a load balancer outside of the cluster, where preview and parking would need to join that of the live Ingress',
  },
  {
    name: 'the Ingress controller of GKE',
    controllers: /^(ingress\.gce\.io|networking\.gke\.io|kubernetes\.io)\/(ingress-)?gce/,
    classes: /^gce(-internal)?$/,
    lacks: 'makes a load balancer for each Ingress, which cannot strip the prefix of a preview',
  },
  {
    name: 'the Application Gateway Ingress Controller of Azure',
    controllers: /^azure\/application-gateway/,
    classes: /^azure[-/]application-gateway$/,
    lacks:
      'configures an Application Gateway, which takes minutes to apply a change and cannot keep parking closed to everybody',
  },
];
