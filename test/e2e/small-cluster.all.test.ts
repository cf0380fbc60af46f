import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { type Cluster, down, up, upSmall } from '../../cluster/cluster.ts';
import { apply, ask } from './world.ts';

/** The demo's cluster, for which less is built, next to that of the tests. */

const whole = inject('cluster');
const name = `small-${process.pid}`;
afterAll(() => down(name));

const documents = (file: string) =>
  readFileSync(join('examples/nginx', file), 'utf8')
    .split(/^---$/m)
    .map((text) => load(text) as object);

test('without kubectl and CoreDNS it serves an application, and is not taken for a cluster of the tests', async () => {
  const small = await upSmall({ name, log: console.log });
  expect(Object.keys(small)).not.toContain('kubectl');
  const [older] = small.images.nginx;
  const text = JSON.stringify(['shared.yaml', 'blue.yaml', 'ingress.yaml'].flatMap(documents));
  // The kubectl of the tests, pointed at the small cluster.
  const reached: Cluster = { ...whole, ...small, images: whole.images };
  await apply(reached, 'default', JSON.parse(text.replaceAll('"nginx:1.22.0"', JSON.stringify(older))));
  await vi.waitFor(
    async () => {
      const { status, body } = await ask(reached, 'example.com', '/foo');
      expect([status, body.trim()]).toEqual([200, '<h1>This is blue</h1>']);
    },
    { timeout: 60_000, interval: 100 },
  );
  await expect(up({ name })).rejects.toThrow(
    `The cluster ${name} runs with the demo's parts only. Remove it first: npm run cluster -- down --name ${name}`,
  );
});
