import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readOptions } from '../../demo/options.ts';
import { openOwnCluster } from '../../demo/own-cluster.ts';

test('a cluster that is not on this machine is left alone unless its context is named', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-kubeconfig-')), 'config');
  const production = {
    clusters: [{ name: 'prod', cluster: { server: 'https://192.0.2.1' } }],
    users: [{ name: 'admin', user: { token: 't' } }],
    contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'admin' } }],
    'current-context': 'prod',
  };
  writeFileSync(file, JSON.stringify(production));
  vi.stubEnv('KUBECONFIG', file);
  const undo = vi.fn();
  const log = vi.fn();
  const opening = openOwnCluster(readOptions([], process.env), { log, undo, signal: new AbortController().signal });
  await expect(opening).rejects.toThrow(
    'Context "prod" is not on this machine (https://192.0.2.1). If you mean it: npm run demo -- --context prod',
  );
  expect(undo).not.toHaveBeenCalled();
  expect(log).not.toHaveBeenCalled();
});
