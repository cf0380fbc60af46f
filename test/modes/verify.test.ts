import { expect, test } from 'vitest';
import { verify } from '../../src/modes/verify.ts';
import { as, Backend } from '../proof/backend.ts';
import { ingress, look, preview, stackService, switchNote } from '../state/app.ts';
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

test('of a preview that is reached in another way than the config says is refused, and the application is not asked', async () => {
  const { front, asked } = await Backend.start(as('v1'));
  const config = 'preview: {header: {}}\nchecks: [GET /]';
  const inputs = { ...VERIFY, config, addresses: `${front.address.host}:${front.address.port}` };
  const { run } = await look(inputs, shop({ ingresses: [ingress(), preview('v2')], services, records }));
  await expect(verify(run)).rejects.toMatchObject({
    code: 'no-candidate',
    message:
      'the preview of app web is below /green, and the config says by the header X-Preview: green: requests might reach the live version instead, so nothing was requested',
    next: expect.stringContaining('Run deploy-green for this revision with this config'),
  });
  expect(asked).toEqual([]);
});

test('of a preview that lacks a host which was added to the live route is refused', async () => {
  const live = ingress();
  const [rule] = live.spec.rules ?? [];
  const more = { ...live, spec: { ...live.spec, rules: [{ ...rule }, { ...rule, host: 'new.test' }] } };
  const { run } = await look(VERIFY, shop({ ingresses: [more, preview('v2')], services, records }));
  await expect(verify(run)).rejects.toMatchObject({
    code: 'no-candidate',
    message: expect.stringContaining('is not of one kind at each live host'),
  });
});
