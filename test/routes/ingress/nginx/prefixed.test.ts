import { expect, test } from 'vitest';
import { nginxReading } from '../../../../src/routes/ingress/nginx/prefixed.ts';
import { nginx } from '../../../../src/routes/ingress/nginx/router.ts';
import { present, thrownBy } from '../../../core/support.ts';
import { ingressOf, liveOf, read, request, splitRoute } from '../../ingresses.ts';

const OWN = nginxReading('nginx.example.com');
const USUAL = 'nginx.ingress.kubernetes.io';

test('a preview is that of the usual prefix, with the other one', () => {
  const live = splitRoute({ annotations: 'nginx.example.com/auth-url: "http://auth/"' });
  const [own] = OWN.previews(request([liveOf(live)], [], { annotations: { 'nginx.example.com/limit-rps': '5' } }));
  expect(own?.objects[0]?.metadata.annotations).toMatchObject({
    'nginx.example.com/auth-url': 'http://auth/',
    'nginx.example.com/limit-rps': '5',
    'nginx.example.com/rewrite-target': '/$2',
    'nginx.example.com/use-regex': 'true',
  });
  expect(JSON.stringify(own)).not.toContain(USUAL);
});

test('annotations of the usual prefix are not its own: they protect nothing here, and make no regex', () => {
  const protectedBy = splitRoute({ annotations: `${USUAL}/auth-url: "http://auth/"` });
  const refused = thrownBy(() => OWN.previews(request([liveOf(protectedBy)])));
  expect(refused).toMatchObject({
    code: 'preview-unprotected',
    message: expect.stringContaining(`${USUAL}/auth-url of`),
  });
  const classic = splitRoute({ annotations: `${USUAL}/rewrite-target: /$2` });
  const accepted = OWN.previews(request([liveOf(classic)], [], { unprotected: 'accept' }));
  expect(accepted[0]?.patch).toEqual([]);
});

test('what it says names the keys that it reads', () => {
  const live = splitRoute({ annotations: 'nginx.example.com/auth-url: "http://auth/"' });
  expect(OWN.cause(live, 'login', {})).toBe('an auth service (nginx.example.com/auth-url of Ingress shop)');
  const app = ingressOf(`
metadata: {name: other, namespace: shop}
spec: {ingressClassName: nginx, rules: [{host: example.com, http: {paths: [{path: /app, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}
`);
  expect(thrownBy(() => OWN.previews(request([liveOf(live)], [app])))).toMatchObject({
    code: 'preview-side-effect',
    next: expect.stringContaining('nginx.example.com/use-regex: "true"'),
  });
});

test('parking is closed, and keeps its path', () => {
  const asked = {
    app: 'web',
    namespace: 'shop',
    annotations: {},
    parked: [{ service: 'web-v1', port: 80 }],
    routes: [read(splitRoute())],
  };
  const [first] = OWN.parking({ ...asked, present: [] });
  expect(first?.metadata.annotations).toMatchObject({ 'nginx.example.com/allowlist-source-range': '192.0.2.1/32' });
  expect(OWN.parking({ ...asked, present: [read(present(first) as never)] })).toEqual([first]);
});

test('nothing of the router reads an object with the usual prefix', () => {
  const functions = Object.entries(nginx).filter(([, value]) => typeof value === 'function');
  for (const [key, value] of functions) expect([key, OWN[key as keyof typeof OWN] === value]).toEqual([key, false]);
});
