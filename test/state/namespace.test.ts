import { expect, test } from 'vitest';
import { readRoutes } from '../../src/state/namespace.ts';
import { byPath, ingress, items, look } from './app.ts';

test('a route of the cluster that is none is refused by name', async () => {
  const broken = ingress('web', { spec: { tls: 7 } });
  const { run } = await look({}, byPath({ 'GET ingresses': items(broken) }));
  await expect(readRoutes(run)).rejects.toMatchObject({
    code: 'route',
    message: 'Ingress web cannot be read',
    problems: [{ text: 'Ingress web: spec.tls is a number, but must be a list' }],
  });
});
