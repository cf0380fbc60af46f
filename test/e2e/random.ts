import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { RENDERERS } from '../../cluster/builds.ts';
import type { Outcome } from '../../harness/action.ts';
import { psql } from './psql.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** An application whose chart generates passwords and certificates at random, and its database. */

const cluster = inject('cluster');

/** A world with the chart in it, and what one does and sees there. */
export class RandomStory {
  readonly world: World;
  /** What people and later steps saw of all runs, less the lines that tell the runner what to hide. */
  readonly said: string[] = [];
  readonly #helm: string;

  private constructor(world: World, helm: string) {
    this.world = world;
    this.#helm = helm;
  }

  static async open(name: string): Promise<RandomStory> {
    const helm = (await buildPrograms(console.log, [RENDERERS]))('helm');
    const world = await makeWorld(cluster, name, 'split', 1);
    mkdirSync(join(world.folder, 'bin'));
    symlinkSync(helm, join(world.folder, 'bin', 'helm'));
    cpSync('test/e2e/charts/random', join(world.folder, 'chart'), { recursive: true });
    return new RandomStory(world, helm);
  }

  async run(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const env = { PATH: `${join(this.world.folder, 'bin')}:${process.env.PATH}` };
    const outcome = await this.world.run(mode, revision, more, { env });
    const { stdout, outputs, summary, state } = outcome;
    this.said.push(stdout.replaceAll(/^::add-mask::.*$/gm, ''), JSON.stringify({ outputs, state }), summary);
    return outcome;
  }

  /** Runs a mode, which has to end well. */
  async passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const outcome = await this.run(mode, revision, more);
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    return outcome;
  }

  /** Deploys the chart with these values. */
  deploy(revision: string, values: object = {}, more: Record<string, string> = {}): Promise<Outcome> {
    return this.passes('deploy-green', revision, { ...this.inputs(revision, values), ...more });
  }

  inputs(revision: string, values: object = {}): Record<string, string> {
    return { manifests: 'chart', values: valuesOf(revision, values), config: CONFIG };
  }

  /** Deploys, verifies and promotes; what the first of these said. */
  async release(revision: string, values: object = {}): Promise<string> {
    const { stdout } = await this.deploy(revision, values);
    for (const mode of ['verify', 'promote']) await this.passes(mode, revision);
    return stdout;
  }

  /** Installs the chart as a team did before, by Helm with all rights, which looks up what is there. */
  install(revision: string, values: object): void {
    const { folder, namespace } = this.world;
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: folder };
    const args = ['upgrade', '--install', 'web', 'chart', '--namespace', namespace, '--values', '-', '--wait'];
    execFileSync(this.#helm, args, { cwd: folder, env, input: valuesOf(revision, values) });
  }

  /** What a Secret holds. */
  async secret(name: string): Promise<Record<string, string>> {
    const { data } = JSON.parse(await this.world.kubectl('get', 'secret', name, '-o', 'json'));
    const texts = Object.entries<string>(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
    return Object.fromEntries(texts);
  }

  /** What the Secrets hold that the pods of a revision read; `suffix` is that of their names. */
  async secrets(suffix: string) {
    return {
      database: await this.secret('database'),
      web: await this.secret(`web${suffix}`),
      tls: await this.secret(`web-tls${suffix}`),
    };
  }

  /** What the database answers to the application that has this Secret. */
  async query(secret: string, statement: string): Promise<string> {
    const { URL: url = '' } = await this.secret(secret);
    return psql(cluster, this.world, 'database', statement, new URL(url).password);
  }
}

function valuesOf(revision: string, values: object): string {
  const { app, postgres } = cluster.images;
  return JSON.stringify({ revision, images: { app, postgres }, ...values });
}
