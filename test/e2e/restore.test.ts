import { describe, expect, inject, test } from 'vitest';
import { failingWorld } from './failing.ts';
import { ask, CONFIG } from './world.ts';

/** Promise 6: what fails after the switch ends on the better side; restore.all.test.ts has the other outcomes. */

const cluster = inject('cluster');
const { world, control, live, backend, candidate } = failingWorld('restore');

describe('green answers badly: back to blue, green stays for a look, and its stamp is void', () => {
  test('while baking', async () => {
    await candidate(`${CONFIG}bake: {for: 20s, every: 100ms}\n`);
    const when = { text: 'Baking for', act: () => control('status=500') };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('Green does badly at the live URLs');
    expect(stdout).toContain('(green-failed;');
    expect(stdout).toContain('is served by web-v1 (revision v1) again; green still runs and is not live');
    expect(outputs.state).toBe('restored');
    expect(await live()).toBe('v1');
    expect((await ask(cluster, world().host, '/green/')).status).toBe(500);
    await control('status=0');
    expect((await world().run('promote', 'v2')).stdout).toContain('visitors were taken off it at');
    expect((await world().run('rollback', '')).stdout).toContain('Visitors were taken off v2 already');
  });
});

test('blue is gone: stay on the side that has pods, never to an empty Service', async () => {
  await candidate(CONFIG);
  const act = async () => {
    await world().kubectl('scale', 'deployment', 'web-v1', '--replicas=0');
    await control('status=500');
  };
  const { exitCode, stdout } = await world().run('promote', 'v2', {}, { when: { text: 'Switched', act } });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('(no-way-back;');
  expect(stdout).toContain('stays on web-v2 (revision v2), which has 2 ready pods');
  expect(await backend()).toBe('web-v2');
});
