import { expect, test } from 'vitest';
import { namedBy } from '../../src/state/route-references.ts';
import { read } from '../routes/ingresses.ts';
import { ingress } from './app.ts';

test('parking names every Service, so it keeps none', () => {
  const metadata = { labels: { 'greenpath.dev/app': 'web' } };
  const parking = read(ingress('greenpath-web-parking', { paths: { '/x': 'web-v1' }, metadata }));
  expect(namedBy({ app: 'web', allRoutes: [parking] }, 'web-v1')).toBeUndefined();
  expect(namedBy({ app: 'web', allRoutes: [parking, read(ingress())] }, 'web-v1')).toBe('Ingress web');
});
