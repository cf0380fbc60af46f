import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Chart, Kustomization, Surroundings } from '../../src/core/manifests/rendering.ts';
import { render } from '../../src/render/render.ts';
import { until } from '../clock.ts';

/** The programs that render, as real processes: which one is asked, and what becomes of how it ends. */

const never = new AbortController().signal;
const KUSTOMIZATION: Kustomization = { kind: 'kustomization', folder: 'k8s', file: 'k8s/kustomization.yaml' };
const CHART: Chart = { kind: 'chart', path: 'charts/web' };
const AROUND: Surroundings = {
  app: 'shop',
  namespace: 'team',
  values: { files: [], text: 'replicas: 3' },
  kubernetes: undefined,
};

/** Only these programs are on PATH, each a script for Node, in a folder whose name has a space. */
function onlyTools(tools: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath tools-'));
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(folder, name), `#!${process.execPath}\n${script}`);
    chmodSync(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', [folder, join(folder, 'empty')].join(delimiter));
  return folder;
}
const TELLS = 'process.stdout.write(JSON.stringify(process.argv.slice(2)))';

describe('the program that is asked', () => {
  test('is the first that is there', async () => {
    onlyTools({ kustomize: TELLS, kubectl: 'process.exit(1)' });
    const first = await render(KUSTOMIZATION, AROUND, never);
    expect(first).toEqual({ text: '["build","--","k8s"]', tool: 'kustomize build' });
    onlyTools({ kubectl: TELLS });
    expect((await render(KUSTOMIZATION, AROUND, never)).tool).toBe('kubectl kustomize');
  });

  test('is missing: all that would do are named', async () => {
    onlyTools({});
    await expect(render(KUSTOMIZATION, AROUND, never)).rejects.toMatchObject({
      code: 'render-failed',
      message: expect.stringContaining("neither kustomize nor kubectl is on this runner's PATH"),
      next: expect.stringContaining('Install kustomize or kubectl'),
    });
    await expect(render(CHART, AROUND, never)).rejects.toThrow('helm is not on this runner');
  });

  test('gets the values by its input, and no inputs of the step', async () => {
    vi.stubEnv('INPUT_TOKEN', 'secret');
    onlyTools({
      helm: `
        let text = '';
        process.stdin.on('data', (chunk) => { text += chunk; });
        process.stdin.on('end', () => console.log(text, process.env.INPUT_TOKEN));`,
    });
    expect((await render(CHART, AROUND, never)).text).toBe('replicas: 3 undefined\n');
  });
});

describe('a program that does not end well', () => {
  test.each<[string, string, string]>([
    [
      'its exit code is reported, with its last lines',
      'console.error("no such chart"); process.exit(2)',
      'helm ended with exit code 2. Its last lines:\n  no such chart',
    ],
    [
      'what looks like a secret in them is not',
      'console.error("postgres://me:hunter22@db/x"); process.exit(1)',
      'postgres://***@db/x',
    ],
    ['it was killed', 'process.kill(process.pid, "SIGKILL")', 'helm was killed'],
    ['although it did not read its input', 'process.stdin.destroy(); process.exit(3)', 'exit code 3'],
  ])('%s', async (_, script, text) => {
    onlyTools({ helm: script });
    await expect(render(CHART, AROUND, never)).rejects.toMatchObject({
      code: 'render-failed',
      message: expect.stringContaining(text),
      next: expect.stringContaining('Try it on your machine: helm template'),
    });
  });

  test('since it cannot be started', async () => {
    const folder = onlyTools({ helm: '' });
    writeFileSync(join(folder, 'helm'), '#!/greenpath/no-such-interpreter\n');
    await expect(render(CHART, AROUND, never)).rejects.toMatchObject({ code: 'render-failed' });
  });
});

test('a run that is stopped kills it, and throws why', async () => {
  const folder = onlyTools({
    helm: `require('node:fs').writeFileSync(__filename + '.started', String(process.pid)); setInterval(() => {}, 1000)`,
  });
  const stop = new AbortController();
  const failed = render(CHART, AROUND, stop.signal).catch((error: unknown) => error);
  await until(() => existsSync(join(folder, 'helm.started')));
  stop.abort(new Error('cancelled'));
  expect(await failed).toEqual(new Error('cancelled'));
  await expect(render(CHART, AROUND, stop.signal)).rejects.toThrow('cancelled');
});
