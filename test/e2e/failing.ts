import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { ask, makeWorld, untilAnswers, type World } from './world.ts';

/** A world in which green can be told to go bad at any moment; after each test visitors are on v1, and v2 is gone. */
export function failingWorld(name: string) {
  const cluster = inject('cluster');
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(cluster, name, 'split', 2);
  });
  afterAll(() => world.end());

  /** Tells pods, by themselves and not through the live route, how to answer from now on: of v2, all of them, by default. */
  const control = async (query: string, revision = 'v2', most = Number.POSITIVE_INFINITY) => {
    const list = JSON.parse(await world.kubectl('get', 'pods', '-l', `app=web,revision=${revision}`, '-o', 'json'));
    for (const pod of list.items.slice(0, most)) {
      const path = `/api/v1/namespaces/${world.namespace}/pods/${pod.metadata.name}:8080/proxy/control?${query}`;
      await world.kubectl('get', '--raw', path);
    }
  };
  const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];
  const backend = async () => {
    const path = '{.spec.rules[0].http.paths[0].backend.service.name}';
    return (await world.kubectl('get', 'ingress', 'web', '-o', `jsonpath=${path}`)).trim();
  };
  const candidate = async (config: string) => {
    for (const mode of ['deploy-green', 'verify']) {
      expect(await world.run(mode, 'v2', mode === 'deploy-green' ? { config } : {})).toMatchObject({ exitCode: 0 });
    }
  };

  afterEach(async () => {
    await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=2');
    await world.kubectl('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
    for (const revision of ['v1', 'v2']) await control('status=0', revision);
    if ((await backend()) === 'web-v2') {
      const back = await world.run('rollback', '', { to: 'v1' });
      expect(back.exitCode, back.stdout).toBe(0);
    }
    await untilAnswers(cluster, world.host, 'v1');
    expect((await world.run('reject', 'v2')).exitCode).toBe(0);
  });
  return { world: () => world, control, live, backend, candidate };
}
