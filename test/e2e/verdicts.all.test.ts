import { describe, expect, inject, test } from 'vitest';
import { failingWorld } from './failing.ts';
import { ask, CONFIG } from './world.ts';

/** Verdicts in real weather: what the runner sees is judged by what it shows, not by which answer came last. */

const cluster = inject('cluster');
const { world, control, backend, candidate } = failingWorld('verdicts');
const ANNOTATION = 'nginx.ingress.kubernetes.io';
const annotate = (...annotations: string[]) =>
  world().kubectl('annotate', 'ingress', 'web', '--overwrite', ...annotations);
const bake = (settings: string) => `${CONFIG}bake: {${settings}}\n`;

describe('green hangs, and is ready all the time', () => {
  test('one pod of two, at the proof already', async () => {
    await candidate(CONFIG);
    const when = { text: 'Switched', act: () => control('hang=true', 'v2', 1) };
    const { stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(stdout).toContain('[green-failed]');
    expect(outputs).toMatchObject({ state: 'restored' });
  });
});

test('one of two pods answers 500: green-failed, each time', async () => {
  for (const _ of [1, 2, 3]) {
    await candidate(CONFIG);
    const when = { text: 'Switched', act: () => control('status=500', 'v2', 1) };
    const { stdout, outputs } = await world().run('promote', 'v2', {}, { when });
    expect(stdout).toContain('[green-failed]');
    expect(outputs, stdout).toMatchObject({ state: 'restored' });
    await control('status=0');
  }
});

describe('the router limits the rate of a client', () => {
  test('to five a second: the proof fits, and what is limited is no fault', async () => {
    await annotate(`${ANNOTATION}/limit-rps=5`);
    // The router's own settling time: in it a client that does not hold back exceeds the limit.
    await candidate(CONFIG.replace('settle: 2500ms', 'answers: 20'));
    const { stdout, outputs } = await world().run('promote', 'v2');
    expect(outputs, stdout).toMatchObject({ state: 'live', proof: 'identity' });
    await annotate(`${ANNOTATION}/limit-rps-`);
  });
});

test('slow answers while it bakes: it ends on time, and there is time for a restore', async () => {
  await candidate(
    `${bake('for: 8s, every: 500ms')}`
      .replace('checks: [GET /healthz]', 'checks: ["GET /x?slow=1500"]')
      .replace('within: 3s', 'within: 20s'),
  );
  const { stdout, outputs } = await world().run('promote', 'v2', { timeout: '45s' });
  expect(outputs, stdout).toMatchObject({ state: 'live' });
  expect(stdout).toContain('Baked: 0 of 16 attempts failed, with 1 allowed');
});

test('identity proves no 404: what visitors would get on / is seen before the switch, and at the preview', async () => {
  world().manifests({ MISSING: '/' });
  const { exitCode, stdout } = await world().run('deploy-green', 'v2', {
    config: CONFIG.replace('settle: 2500ms', 'settle: 2500ms, within: 8s'),
  });
  world().manifests({});
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[proof-failed]');
  expect(stdout).toContain('status 404, not as expected');
  expect(await backend()).toBe('web-v1');
});

describe('a page that changes, of an application that does not say who it is', () => {
  const anonymous = CONFIG.replace('identity: {header: X-Revision}\n', '').replace('GET /healthz', 'GET /page');
  /** What both pages say from then on, so that neither has anything that the other one lacks. */
  const alike = async () => {
    for (const revision of ['v1', 'v2']) await control('revision=-&news=%20v1%20v2', revision);
  };

  test('between verify and promote: what still differs proves the switch, and the log says how sure that is', async () => {
    await candidate(anonymous);
    for (const revision of ['v1', 'v2']) await control('news=%20today', revision);
    const { stdout, outputs } = await world().run('promote', 'v2');
    expect(outputs, stdout).toMatchObject({ state: 'live', proof: 'difference' });
    expect(stdout).toMatch(
      /Which version answered is likely: .* of GET \/page\), compared in \d+ answers of each version/,
    );
    const back = await world().run('rollback', '');
    expect(back.outputs, back.stdout).toMatchObject({ state: 'rolled-back', proof: 'difference' });
  });

  test('so that nothing differs any more: promote goes on by 2xx and says so', async () => {
    await candidate(anonymous);
    await alike();
    const { stdout, outputs } = await world().run('promote', 'v2');
    expect(outputs, stdout).toMatchObject({ state: 'live', proof: 'none' });
    expect(stdout).toContain('The difference that verify found between the answers of the two versions is gone');
    expect(stdout).toContain('Which version answered is not known: ');
  });

  test('after the switch: 2xx of neither side is unknown, never bad', async () => {
    await candidate(anonymous);
    const { stdout, outputs } = await world().run('promote', 'v2', {}, { when: { text: 'Switched', act: alike } });
    expect(outputs, stdout).toMatchObject({ state: 'live', proof: 'none' });
    expect(stdout).toContain('what distinguished the versions before has changed');
  });
});

test('a preview that the router does not serve: blue answers for it, and no stamp is written', async () => {
  const config = CONFIG.replace('identity: {header: X-Revision}\n', '').replace('GET /healthz', 'GET /page');
  const deployed = await world().run('deploy-green', 'v2', { config });
  expect(deployed.stdout).toContain('answered with 2xx before there was a preview');
  await control('status=500');
  const elsewhere = JSON.stringify({ spec: { ingressClassName: 'nobody' } });
  await world().kubectl('patch', 'ingress', 'greenpath-web', '--type=merge', '-p', elsewhere);
  const page = async () => (await ask(cluster, world().host, '/green/page')).body;
  await expect.poll(page, { timeout: 30_000 }).toContain('revision=v1');
  const { exitCode, stdout, outputs } = await world().run('verify', 'v2');
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain("nothing shows that the answers at the preview are green's");
  expect(stdout).toContain('[proof-impossible]');
  expect(outputs).toMatchObject({ state: 'unchanged', changed: 'false' });
});

test('a restore is proven by what blue was seen to answer, and by nothing else', async () => {
  // Blue does not say who it is, as a version that was there before Greenpath.
  await control('revision=-', 'v1');
  await candidate(CONFIG);
  const act = async () => {
    await control('revision=-&status=301', 'v1');
    await control('status=500');
  };
  const { exitCode, stdout, outputs } = await world().run('promote', 'v2', {}, { when: { text: 'Switched', act } });
  expect(exitCode, stdout).toBe(1);
  expect(outputs).toMatchObject({ state: 'restored' });
  expect(stdout).toContain('again, and that is not proven');
  expect(stdout).toContain('status 301, not as expected');
  await control('revision=-', 'v1');
  const back = await world().run('rollback', '');
  expect(back.outputs, back.stdout).toMatchObject({ state: 'rolled-back', proof: 'difference' });
});
