import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * Others write the plain Service of an application that was taken over: status names it, the modes that would make it
 * worse refuse, and the step that is printed repairs it.
 */

const cluster = inject('cluster');
const HOST = 'inside.test';
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'inside', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await folder();
  write(['web', 'mailer']);
  await untilAnswers(cluster, HOST, 'old');
  await passes('release', 'v1');
});
afterAll(() => world.end());

/** The team's own folder, as it was applied before Greenpath. */
function folder(): Promise<void> {
  const paths = [{ host: HOST, path: '/', service: 'web' }];
  return apply(cluster, world.namespace, [...parts('old', ['web', 'mailer']), ingress('web', paths)]);
}
function parts(revision: string, names: string[]): object[] {
  return [service('web'), ...names.map((name) => deployment(cluster, { name, revision, replicas: 1 }))];
}
function write(names: string[]): void {
  const items = parts('$(REVISION)', names);
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}
async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
async function refused(mode: string, revision: string) {
  const outcome = await world.run(mode, revision);
  expect(outcome.exitCode, outcome.stdout).toBe(1);
  expect(outcome.stdout).toContain('[drifted]');
  return outcome.stdout;
}
const status = async () => JSON.parse((await passes('status')).outputs.json ?? '').status;
const selector = async () =>
  JSON.parse(await world.kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.selector}'));
const replicas = (name: string) => world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}');
/** Runs the step that a message tells, and nothing else. */
async function follow(next: string): Promise<string> {
  const step = /^Run (?:promote for revision (\S+)|rollback with to: (\S+)):/.exec(next);
  expect(step, next).not.toBeNull();
  const [, promoted, to] = step ?? [];
  const { stdout } = promoted ? await passes('promote', promoted) : await passes('rollback', '', { to: to ?? '' });
  return stdout;
}
/** Another tool says of the plain Service what the team's folder says, and nothing else: the map is replaced. */
const serverSide = () =>
  world.kubectl(
    'patch',
    'service',
    'web',
    '--type=json',
    '--field-manager=argocd-controller',
    '-p',
    JSON.stringify([{ op: 'replace', path: '/spec/selector', value: { app: 'web' } }]),
  );

describe('the old folder, applied again', () => {
  beforeAll(folder);

  test('leaves visitors and callers without a pod, and the old worker beside the new one; status names both', async () => {
    expect(await selector()).toEqual({ app: 'web', revision: 'v1' });
    expect(await replicas('mailer')).toBe('1');
    const { problem, inside } = await status();
    expect(problem).toMatchObject({
      code: 'drifted',
      what: expect.stringContaining('Service web selects pods with app=web,revision=v1'),
    });
    expect(problem.what).toContain('(kubectl-client-side-apply wrote it at 20');
    expect(problem.what).toContain('Deployment mailer');
    expect(
      inside.filter((one: { drifted: boolean }) => one.drifted).map((one: { object: string }) => one.object),
    ).toEqual(['Service web', 'Deployment mailer']);
  });

  test('promote of what is live repairs all of it', async () => {
    const stdout = await follow((await status()).problem.next);
    expect(stdout).toContain(
      'Revision v1 is live already, and what had drifted was repaired: Service web, Deployment mailer.',
    );
    expect((await ask(cluster, HOST, '/')).headers['x-revision']).toBe('v1');
    expect([await replicas('mailer'), await replicas('mailer-v1')]).toEqual(['0', '1']);
    expect((await status()).problem).toBeUndefined();
    expect((await passes('promote', 'v1')).stdout).toContain('nothing to do');
  });
});

describe('a tool that drops the revision from the plain Service', () => {
  // The folder has put the route to the plain name, where visitors would notice too.
  beforeAll(async () => {
    const path = [{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service/name', value: 'web-v1' }];
    await world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify(path));
  });

  test('deploy-green refuses before it starts a pod that callers inside would reach; the printed step lets it go on', async () => {
    await serverSide();
    const stdout = await refused('deploy-green', 'v3');
    expect(stdout).toContain('argocd-controller wrote it');
    expect(await world.kubectl('get', 'deployment', '-o', 'name')).not.toContain('web-v3');
    await refused('retire', '');
    const { problem } = await status();
    expect(stdout).toContain(problem.next);
    expect(problem.next).toContain('ignoreDifferences for jsonPointers /spec/selector of this Service');
    await follow(problem.next);
    await passes('deploy-green', 'v3');
  });
});
