import { describe, expect, inject, test } from 'vitest';
import { failingWorld } from './failing.ts';
import { ask, CONFIG } from './world.ts';

/**
 * Promise 6: what fails after the switch ends on the better side, and what could not be proven is not switched.
 * restore.all.test.ts and verdicts.all.test.ts have the other outcomes.
 */

const cluster = inject('cluster');
const { world, control, live, backend, candidate } = failingWorld('restore');

describe('green answers badly: back to blue, green stays for a look, and its stamp is void', () => {
  test('while baking', async () => {
    await candidate(`${CONFIG}bake: {for: 20s, every: 100ms}\n`);
    const when = { text: 'Baking for', act: () => control('status=500') };
    const { exitCode, stdout, outputs, summary } = await world().run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('Checks failed at green: GET /healthz at http');
    expect(stdout).toContain('[green-failed]');
    expect(stdout).toContain('is served by web-v1 (revision v1) again; green still runs and is not live');
    expect(outputs).toMatchObject({ state: 'restored', 'previous-revision': 'v1' });
    const json = JSON.parse(outputs.json ?? '');
    expect(json).toMatchObject({ liveRevision: 'v1', error: { code: 'green-failed' }, answersBack: { to: 'v1' } });
    // What v2 answered is counted apart from what v1 answered when visitors were back.
    expect(json.answers.green).toBeGreaterThan(0);
    expect(json.answersBack.awaited).toBeGreaterThan(0);
    const titles = json.stages.map(({ title }: { title: string }) => title);
    expect(titles.slice(titles.indexOf('Bake'))).toEqual(['Bake', 'Restore', 'Inside', 'Proof of the switch back']);
    expect(json.stages.filter((stage: { failed: boolean }) => stage.failed)).toMatchObject([{ title: 'Bake' }]);
    expect(summary).toContain(`🟦 <code>v1</code>: ${json.answersBack.awaited}, slowest`);
    const headline =
      'promote of <code>v2</code> failed (green-failed), and visitors were switched back · live: <code>v1</code>';
    expect(summary.split('\n')[0]).toContain(headline);
    expect(await live()).toBe('v1');
    expect((await ask(cluster, world().host, '/green/')).status).toBe(500);
    await control('status=0');
    expect((await world().run('promote', 'v2')).stdout).toContain('visitors were moved off it at');
    expect((await world().run('rollback', '')).stdout).toContain('Visitors were moved off v2 already');
  });

  test('hanging while it is ready, which is its fault as long as the proxy answers by itself', async () => {
    const quick = CONFIG.replace('[GET /healthz]', '[{request: GET /healthz, timeout: 1s}]');
    await candidate(`${quick}bake: {for: 20s, every: 100ms}\n`);
    const when = { text: 'Baking for', act: () => control('hang=true') };
    const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('no complete answer within 1000 ms, although the proxy itself answers');
    expect(stdout).toContain('[green-failed]');
    expect(outputs).toMatchObject({ state: 'restored' });
    expect(await live()).toBe('v1');
  });
});

test('the router answers the live path by itself (app-root): the switch is refused, and nothing was written', async () => {
  const annotate = (text: string) => world().kubectl('annotate', 'ingress', 'web', '--overwrite', text);
  await candidate(CONFIG);
  await annotate('nginx.ingress.kubernetes.io/app-root=/shop');
  await expect.poll(live, { timeout: 30_000 }).toBeUndefined();
  const { exitCode, stdout, outputs } = await world().run('promote', 'v2');
  await annotate('nginx.ingress.kubernetes.io/app-root-');
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[proof-impossible]');
  expect(stdout).toMatch(
    /answered by neither version.*: status 302, to .*\/shop, while the candidate answers status 200/,
  );
  expect(stdout).toContain('the router itself redirects');
  expect(outputs).toMatchObject({ state: 'unchanged', changed: 'false' });
  expect(await backend()).toBe('web-v1');
  await expect.poll(live, { timeout: 30_000 }).toBe('v1');
});
