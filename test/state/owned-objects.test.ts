import { describe, expect, test } from 'vitest';
import { KIND } from '../../src/core/kube/kinds.ts';
import { ifAllowed, listOwned } from '../../src/state/owned-objects.ts';
import { type Answering, json } from '../cluster/server.ts';
import { byPath, items, look } from './app.ts';

describe('what the Role may not list', () => {
  const message =
    'jobs.batch is forbidden: User "x" cannot list resource "jobs" in API group "batch" in the namespace "shop"';
  const forbidden: Answering = (response, request, count) =>
    (request.path.endsWith('/jobs') ? json(403, { message }) : items())(response, request, count);

  test('counts as a kind that the app does not use, and the log says so', async () => {
    const { run, told } = await look({}, forbidden);
    expect(await listOwned(run, 'v2')).toEqual([]);
    expect(told()).toContain('Jobs were not read: ');
  });

  test('is not mistaken for any other failure', async () => {
    const { run } = await look({}, byPath({ 'GET jobs': json(400, { message: 'no' }) }));
    await expect(ifAllowed(run, KIND.Job, run.api.listMetadata(KIND.Job, ''))).rejects.toThrow('no');
  });
});
