import { describe, expect, test } from 'vitest';
import { unknownRevision } from '../../src/state/unknown-revision.ts';
import { byPath, items, look, stackService } from './app.ts';

/** What is said of a revision of which nothing is there. */

describe('a revision of which nothing is there', () => {
  const labelled = (revision: string, day: number, app = 'web') => {
    const { metadata } = stackService(revision, 'web', app);
    return { metadata: { ...metadata, creationTimestamp: `2026-05-0${day}` } };
  };
  const refusal = async (configmaps: object[], services: object[]) => {
    const answers = { 'GET configmaps': items(...configmaps), 'GET services': items(...services) };
    const { run } = await look({}, byPath(answers));
    return unknownRevision(run, 'v9');
  };

  test('is refused with the revisions that are, the newest first, by records and Services', async () => {
    const records = [labelled('v1', 1), labelled('v3', 3), labelled('v7', 7, 'other')];
    expect(await refusal(records, [labelled('v2', 2), labelled('v1', 1)])).toMatchObject({
      code: 'no-candidate',
      message: 'there is no revision v9 of app web (there: v3, v2, v1)',
      next: 'Check the input revision, or run deploy-green for it first.',
    });
  });

  test('of an app that has none is refused with the apps that are', async () => {
    expect(await refusal([labelled('v1', 1, 'webs')], [labelled('v1', 1, 'api')])).toMatchObject({
      code: 'no-candidate',
      message: 'there is no revision v9 of app web, nor any other in namespace shop (apps there: webs, api)',
      next: 'Did you mean app webs? Check the inputs app and namespace, or run deploy-green first.',
    });
    expect((await refusal([], [])).message).toContain('(apps there: none)');
  });
});
