import { expect, test } from 'vitest';
import { thrownBy } from '../../core/support.ts';
import { httpRouteOf, liveOf } from './routes.ts';

test.each([
  ['a Service of another namespace', '[{name: web-v1, namespace: other, port: 80}]', 'Service other/web-v1'],
  ['another kind', '[{group: k.example, kind: Bucket, name: files}]', 'Bucket files'],
  ['nothing', '[]', 'no backend'],
])('a route whose rule leads to %s has no path of the app, and the message says so', (_, refs, backend) => {
  const route = httpRouteOf(`{hostnames: [a.test], rules: [{backendRefs: ${refs}}]}`);
  expect(thrownBy(() => liveOf(route))).toMatchObject({
    code: 'route',
    message: expect.stringMatching(new RegExp(`It has: a\\.test/ → ${backend}$`)),
  });
});
