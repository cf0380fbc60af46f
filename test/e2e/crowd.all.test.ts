import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { observe } from './observe.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** What a mode costs must not depend on what else is in the namespace. */

const cluster = inject('cluster');
const OTHERS = 2_000;
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'crowd', 'split', 1);
});
afterAll(() => world.end());

/** Creates ConfigMaps, Secrets and Services of other people, fifty at a time. */
async function crowd(): Promise<void> {
  const pki = (file: string) => readFileSync(join(cluster.folder, 'pki', file));
  const agent = new Agent({ keepAlive: true, ca: pki('ca.crt'), cert: pki('admin.crt'), key: pki('admin.key') });
  const create = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const metadata = { name: `other-${index}`, labels: { app: 'other' } };
      const [resource, body] =
        index % 10 === 0
          ? ['services', { kind: 'Service', metadata, spec: { ports: [{ port: 80 }] } }]
          : [index % 2 === 0 ? 'configmaps' : 'secrets', { kind: index % 2 === 0 ? 'ConfigMap' : 'Secret', metadata }];
      const url = new URL(`/api/v1/namespaces/${world.namespace}/${resource}`, cluster.server);
      const sent = request(
        url,
        { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
        (response) => {
          response.resume();
          response.on('end', () =>
            response.statusCode === 201 ? resolve() : reject(new Error(`${response.statusCode}`)),
          );
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify({ apiVersion: 'v1', ...body }));
    });
  for (let start = 0; start < OTHERS; start += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => create(start + index)));
  }
  agent.destroy();
}

/** One release; the number of requests of each mode, besides the lock: how often it is renewed depends on time. */
async function release(revision: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const modes: [string, string, Record<string, string>][] = [
    ['deploy-green', revision, {}],
    ['verify', revision, {}],
    ['status', '', {}],
    ['promote', revision, {}],
    ['retire', '', { config: `${CONFIG}keep: 0\ndrain: 1s\n` }],
  ];
  for (const [mode, of, more] of modes) {
    const run = await observe(world.namespace, () => world.run(mode, of, more));
    expect(run.exitCode, run.stdout).toBe(0);
    // How often retire asks whether the Deployments have gone depends on how long their pods take.
    const polls = run.requests.filter(
      ({ verb, resource }) => mode === 'retire' && verb === 'list' && resource === 'deployments',
    );
    counts[mode] = run.requests.length - polls.length;
  }
  return counts;
}

test(`the requests of a mode are as many beside ${OTHERS} other objects`, async () => {
  await release('v2');
  const alone = await release('v3');
  await crowd();
  const crowded = await release('v4');
  expect(crowded).toEqual(alone);
  console.log(`requests besides the lock: ${JSON.stringify(crowded)}`);
});
