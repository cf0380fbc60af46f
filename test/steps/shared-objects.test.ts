import { describe, expect, test } from 'vitest';
import { planShared, writeShared } from '../../src/steps/shared-objects.ts';
import { inTurn, json } from '../cluster/server.ts';
import { byPath, ingress, look, situation, stackService } from '../state/app.ts';
import { PLAIN, stackOf } from './stacks.ts';

/** What is shared between revisions is created once and never changed under anybody. */

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };

describe('what is shared', () => {
  const shared = (data: string) =>
    `{apiVersion: v1, kind: ConfigMap, metadata: {name: site, annotations: {greenpath.dev/shared: "true"}}, data: {${data}}}`;
  const present = json(200, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'site', resourceVersion: '7' },
    data: { a: '1' },
  });

  test('is created once', async () => {
    const looking = await look({}, byPath({ 'PATCH configmaps/site': json(201, {}) }));
    const changes = await planShared(looking.run, stackOf(...PLAIN, shared('a: "1"')), situation(looking, LIVE));
    expect(changes).toMatchObject([{ create: { object: { metadata: { name: 'site' } } } }]);
    await writeShared(looking.run, changes);
    expect(looking.told()).toContain('created ConfigMap site');
  });

  test('and there stays as it is, and what differs in the manifests is reported', async () => {
    const looking = await look({}, byPath({ 'GET configmaps/site': present }));
    const found = situation(looking, LIVE);
    expect(await planShared(looking.run, stackOf(...PLAIN, shared('a: "2"')), found)).toEqual([]);
    expect(looking.told()).toContain(
      'ConfigMap site is shared and is not changed; it differs from the manifests in data',
    );
    const same = await look({}, byPath({ 'GET configmaps/site': present }));
    await planShared(same.run, stackOf(...PLAIN, shared('a: "1"')), situation(same, LIVE));
    expect(same.told()).not.toContain('something else');
  });

  test('of a kind that the cluster does not know is a problem at its place', async () => {
    const looking = await look({}, json(404));
    const strange =
      '{apiVersion: a.test/v1, kind: Widget, metadata: {name: w, annotations: {greenpath.dev/shared: "true"}}}';
    await expect(planShared(looking.run, stackOf(...PLAIN, strange), situation(looking, LIVE))).rejects.toMatchObject({
      code: 'manifest',
      problems: [expect.objectContaining({ place: expect.objectContaining({ file: 'all.yaml' }) })],
    });
  });

  test('keys of it are set under the version that was compared', async () => {
    const set = {
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'site', resourceVersion: '7' } },
      data: { b: '2' },
      diff: '+ b',
    };
    const looking = await look({}, inTurn(json(200, {}), json(409)));
    await writeShared(looking.run, [{ set }]);
    expect(looking.asked[0]?.body).toMatchObject({ data: { b: '2' }, metadata: { resourceVersion: '7' } });
    await expect(writeShared(looking.run, [{ set }])).rejects.toMatchObject({ code: 'conflict' });
  });
});
