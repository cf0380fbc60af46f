import { expect, inject, test } from 'vitest';
import { ask, type Form, makeWorld, untilAnswers } from './world.ts';

const cluster = inject('cluster');

test.for<Form>(['split', 'classic'])('two hosts and several paths to one Service move together (%s)', async (form) => {
  const world = await makeWorld(cluster, `hosts-${form}`, form, 1);
  const second = `second-${form}.test`;
  const [rule] = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).spec.rules;
  const paths =
    form === 'split' ? rule.http.paths : [...rule.http.paths, { ...rule.http.paths[0], path: '/shop()(.*)' }];
  const operations = [{ op: 'add', path: '/spec/rules/-', value: { host: second, http: { paths } } }];
  try {
    await world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify(operations));
    await untilAnswers(cluster, second, 'v1');
    const deployed = await world.run('deploy-green', 'v2');
    expect(deployed.exitCode, deployed.stdout).toBe(0);
    for (const host of [world.host, second]) {
      expect((await ask(cluster, host, '/green/a')).headers).toMatchObject({ 'x-revision': 'v2', 'x-path': '/a' });
      expect((await ask(cluster, host, '/a')).headers).toMatchObject({ 'x-revision': 'v1', 'x-path': '/a' });
    }
    expect((await world.run('verify', 'v2')).exitCode).toBe(0);
    const promoted = await world.run('promote', 'v2');
    expect(promoted.exitCode, promoted.stdout).toBe(0);
    for (const host of [world.host, second]) expect((await ask(cluster, host, '/a')).headers['x-revision']).toBe('v2');
    const { rules } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json')).spec;
    const services = rules.flatMap((one: typeof rule) =>
      one.http.paths.map((path: (typeof rule.http.paths)[0]) => path.backend.service.name),
    );
    expect(services).toEqual(services.map(() => 'web-v2'));
  } finally {
    await world.end();
  }
});
