import { expect, test } from 'vitest';
import { verify } from '../../src/modes/verify.ts';
import { ingress, look, stackService, switchNote } from '../state/app.ts';
import { recordOf, shop } from './app.ts';

/** What verify returns where there is nothing to check. */

const VERIFY = { mode: 'verify', addresses: '127.0.0.1:9' };
const services = [stackService('v1'), stackService('v2')];
const records = [recordOf('v2')];

test('of what is live already: live, without a check', async () => {
  const ingresses = [
    ingress('web', { paths: { '/': 'web-v2' }, switchNote: switchNote({ live: 'v2', previous: 'v1' }) }),
  ];
  const { run } = await look(VERIFY, shop({ ingresses, services, records }));
  expect(await verify(run)).toMatchObject({ state: 'live', previousRevision: 'v1', previewUrl: '', changed: false });
});

test('of what the preview does not show is refused, and says where visitors are', async () => {
  const { run, observer } = await look(VERIFY, shop({ ingresses: [ingress()], services, records }));
  await expect(verify(run)).rejects.toMatchObject({ code: 'no-candidate' });
  expect(observer.outcome.visitors).toContain('is served by web-v1 (revision v1)');
});
