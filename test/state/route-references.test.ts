import { expect, test } from 'vitest';
import { namedBy } from '../../src/state/route-references.ts';
import { read } from '../routes/ingresses.ts';
import { ingress } from './app.ts';

test('parking names every Service, so it keeps none', () => {
  const metadata = { labels: { 'greenpath.dev/app': 'web' } };
  const parking = read(ingress('greenpath-web-parking', { paths: { '/x': 'web-v1' }, metadata }));
  expect(namedBy({ app: 'web', allRoutes: [parking], otherRoutes: [] }, 'web-v1')).toBeUndefined();
  expect(namedBy({ app: 'web', allRoutes: [parking, read(ingress())], otherRoutes: [] }, 'web-v1')).toBe('Ingress web');
});

test('what no run read is not taken for none: a mode that deletes Services must read all kinds', () => {
  expect(() => namedBy({ app: 'web', allRoutes: [] }, 'web-v1')).toThrow('reads the namespace with `removes`');
});
