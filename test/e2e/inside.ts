import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { deployment, service } from './parts.ts';
import { makeWorld, type World } from './world.ts';

export const cluster = inject('cluster');
let worlds: World[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.end())));

/** An application of which a test says what is inside, and its world. */
export interface Scene {
  readonly world: World;
  passes(mode: string, revision?: string, more?: Record<string, string>): Promise<string>;
  refused(code: string, mode: string, revision?: string): Promise<string>;
  write(objects: readonly object[]): void;
  service(name: string): Promise<{ metadata: { annotations: Record<string, string> }; spec: Record<string, unknown> }>;
  status(): Promise<{
    problem?: { code: string; what: string; next: string };
    inside: { object: string; state: string }[];
  }>;
  /** Revisions of the pods that a Service leads to, ready ones only. */
  behind(name: string): Promise<string[]>;
}

/** Begins with nothing; the namespace ends with the file's tests. */
export async function open(name: string): Promise<Scene> {
  const world = await makeWorld(cluster, name, 'split', 1);
  worlds = [...worlds, world];
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const run = async (code: number, mode: string, revision = '', more: Record<string, string> = {}) => {
    const outcome = await world.run(mode, revision, more);
    expect(outcome.exitCode, outcome.stdout).toBe(code);
    return outcome;
  };
  const get = async (...what: string[]) => JSON.parse(await world.kubectl('get', ...what, '-o', 'json'));
  return {
    world,
    passes: async (mode, revision, more) => (await run(0, mode, revision, more)).stdout,
    refused: async (code, mode, revision) => {
      const { stdout } = await run(1, mode, revision);
      expect(stdout).toContain(`[${code}]`);
      return stdout;
    },
    write: (objects) => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      writeFileSync(join(world.folder, 'web.json'), JSON.stringify(list));
    },
    service: (one) => get('service', one),
    status: async () => JSON.parse((await run(0, 'status')).outputs.json ?? '').status,
    behind: async (one) => {
      const { items } = await get('endpointslices', '-l', `kubernetes.io/service-name=${one}`);
      const endpoints = items.flatMap((slice: { endpoints?: object[] }) => slice.endpoints ?? []);
      const ready = endpoints.filter((endpoint: { conditions: { ready: boolean } }) => endpoint.conditions.ready);
      const names = ready.map((endpoint: { targetRef: { name: string } }) => endpoint.targetRef.name);
      return names.map((pod: string) => pod.split('-').slice(0, -2).join('-')).toSorted();
    },
  };
}

/** A Deployment of one pod. */
export const part = (name: string, revision = '$(REVISION)') => deployment(cluster, { name, revision, replicas: 1 });
/** A Service without an address. */
export const headless = (name: string) => {
  const { metadata } = service(name) as { metadata: object };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector: { app: name } } };
};
