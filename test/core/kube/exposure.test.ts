import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import { exposedType, isExposed, isPublished, plainForm, withoutExposure } from '../../../src/core/kube/exposure.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { objectOf } from '../support.ts';

const DNS = 'external-dns.alpha.kubernetes.io/hostname';
/** What a revision gets of a Service of the manifests, and what the plain one is made of it. */
function split(spec: string, annotations = '{}', labels = '{}'): { coloured: Service; plain: Service } {
  const coloured = objectOf(
    `{apiVersion: v1, kind: Service, metadata: {name: web-v2, annotations: ${annotations}, labels: ${labels}}, spec: ${spec}}`,
  ) as Service;
  withoutExposure(coloured);
  return { coloured, plain: plainForm('web', coloured) };
}

describe('a Service of the manifests', () => {
  test('of type LoadBalancer has no load balancer in a revision, and all of it under the plain name', () => {
    const spec = `
  {type: LoadBalancer,
  clusterIP: 10.0.0.7,
  clusterIPs: [10.0.0.7],
  externalTrafficPolicy: Local,
  healthCheckNodePort: 30001,
  loadBalancerIP: 192.0.2.1,
  loadBalancerSourceRanges: [192.0.2.0/24],
  sessionAffinity: ClientIP,
  selector: {app: web},
  ports: [{name: http, port: 80, targetPort: 8080, nodePort: 30000}, {name: quic, port: 80, protocol: UDP}]}`;
    const written = `{service.beta.kubernetes.io/type: nlb, ${DNS}: web.example.com, kubectl.kubernetes.io/last-applied-configuration: x, meta.helm.sh/release-name: w}`;
    const labels =
      '{pool: public, greenpath.dev/app: web, app.kubernetes.io/managed-by: Helm, argocd.argoproj.io/instance: w}';
    const { coloured, plain } = split(spec, written, labels);
    expect(coloured.spec).toEqual({
      type: 'ClusterIP',
      sessionAffinity: 'ClientIP',
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 8080 },
        { name: 'quic', port: 80, protocol: 'UDP' },
      ],
    });
    expect(coloured.metadata.annotations).not.toHaveProperty([DNS]);
    expect(exposedType(coloured)).toBe('LoadBalancer');
    expect(plain.metadata).toEqual({
      name: 'web',
      labels: { pool: 'public' },
      annotations: { 'service.beta.kubernetes.io/type': 'nlb', [DNS]: 'web.example.com' },
    });
    expect(plain.spec).toEqual({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      healthCheckNodePort: 30_001,
      loadBalancerIP: '192.0.2.1',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      sessionAffinity: 'ClientIP',
      selector: { app: 'web' },
      ports: [
        { name: 'http', port: 80, targetPort: 8080, nodePort: 30_000 },
        { name: 'quic', port: 80, protocol: 'UDP' },
      ],
    });
  });

  test('of type NodePort keeps its node ports under the plain name only', () => {
    const { coloured, plain } = split('{type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]}');
    expect(coloured.spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80 }] });
    expect(plain.spec).toMatchObject({ type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] });
  });

  test('that is headless is headless in both', () => {
    const { coloured, plain } = split('{clusterIP: None, publishNotReadyAddresses: true, selector: {app: web}}');
    for (const { spec } of [coloured, plain])
      expect(spec).toEqual({
        type: 'ClusterIP',
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: { app: 'web' },
      });
  });

  test('that is a plain one is not annotated, and the plain Service does not get the address of the coloured one', () => {
    const { coloured } = split('{selector: {app: web}, ports: [{port: 80}]}', '{team: shop}', '{tier: front}');
    expect(coloured.metadata.annotations).toEqual({ team: 'shop' });
    const served = { ...coloured, spec: { ...coloured.spec, clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] } };
    const { metadata, spec } = plainForm('web', served);
    expect(metadata).toEqual({ name: 'web', annotations: { team: 'shop' } });
    expect(spec).toEqual({ type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 80 }] });
  });

  test.each(['x', '[]', '{"spec":{"selector":{"app":"other"},"externalName":"evil"},"nodePorts":[],"annotations":3}'])(
    'an annotation that somebody else wrote gives nothing but what is meant: %s',
    (text) => {
      const { coloured } = split('{selector: {app: web}, ports: [{port: 80}]}');
      coloured.metadata.annotations = { 'greenpath.dev/exposure': text };
      expect(objectAt(plainForm('web', coloured), 'spec')).toEqual({
        type: 'ClusterIP',
        selector: { app: 'web' },
        ports: [{ port: 80 }],
      });
    },
  );
});

test.each(['consul.hashicorp.com/service-name', 'tailscale.com/expose'])(
  'what publishes a Service under its name is left to the plain one: %s',
  (key) => {
    const { coloured, plain } = split('{selector: {app: web}, ports: [{port: 80}]}', `{${key}: web}`);
    expect(coloured.metadata.annotations).not.toHaveProperty([key]);
    expect(plain.metadata.annotations).toEqual({ [key]: 'web' });
  },
);

test.each(['consul.hashicorp.com/service-sync', 'tailscale.com/expose'])(
  'what keeps a Service from being published stays on its copies: %s',
  (key) => {
    const { coloured, plain } = split('{selector: {app: web}, ports: [{port: 80}]}', `{${key}: "false"}`);
    expect(coloured.metadata.annotations).toEqual({ [key]: 'false' });
    expect(plain.metadata.annotations).toEqual({ [key]: 'false' });
    expect([isExposed(coloured), isPublished(plain)]).toEqual([false, false]);
    expect(isPublished({ ...plain, metadata: { name: 'web', annotations: { [key]: 'true' } } })).toBe(true);
  },
);
