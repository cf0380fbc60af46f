import { expect, test } from 'vitest';
import { promote } from '../../src/modes/promote.ts';
import { verify } from '../../src/modes/verify.ts';
import { json } from '../cluster/server.ts';
import { ingress, items, look, preview, stackService, switchNote } from '../state/app.ts';
import { recordOf, shop } from './app.ts';

/** A candidate whose preview still stands although a rollback undid what its hooks did. */

const DONE = { conditions: [{ type: 'Complete', status: 'True' }] };
const job = (name: string, point: string, status: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, uid: name, annotations: { 'greenpath.dev/hook': point } },
  spec: { suspend: false },
  status,
});
const MIGRATE = job('migrate-v2', 'pre-promote', DONE);
const objects = [{ group: 'batch', kind: 'Job', name: 'migrate-v2', uid: 'migrate-v2', created: true }];
const LEFT = switchNote({ live: 'v1', left: 'v2', rollback: true });
const PROMOTE = { addresses: '127.0.0.1:9', 'require-verified': 'false' };
const VERIFY = { addresses: '127.0.0.1:9', mode: 'verify' };

const candidate = (undo: object) =>
  shop({
    ingresses: [ingress('web', { switchNote: LEFT }), preview('v2')],
    services: [stackService('v1'), stackService('v2')],
    records: [recordOf('v2', { objects })],
    more: { 'GET jobs': items(MIGRATE, undo), 'GET jobs/undo-v2': json(200, job('undo-v2', 'post-rollback', DONE)) },
  });

test.each([
  ['promote refuses it', PROMOTE, promote, DONE],
  ['promote waits until the hook that undoes it has ended, and refuses it', PROMOTE, promote, {}],
  ['verify refuses it', VERIFY, verify, DONE],
])('%s', async (_, inputs, mode, status) => {
  const looking = await look(inputs, candidate(job('undo-v2', 'post-rollback', status)));
  await expect(mode(looking.run)).rejects.toMatchObject({
    code: 'no-candidate',
    message: 'a rollback undid what the hooks of revision v2 did',
    next: expect.stringContaining('Run deploy-green for this revision again'),
  });
  expect(looking.asked.every(({ method }) => method === 'GET')).toBe(true);
  expect(looking.told()).not.toContain('has run already');
});

test('promote goes on if that hook has not run', async () => {
  const undo = { ...job('undo-v2', 'post-rollback', {}), spec: { suspend: true } };
  const { run, told } = await look(PROMOTE, candidate(undo));
  await expect(promote(run)).rejects.toMatchObject({ message: expect.stringContaining('a part of revision v2') });
  expect(told()).toContain('Job migrate-v2 (pre-promote) has run already');
});
