import { describe, expect, test } from 'vitest';
import { isShown, previewedServices } from '../../src/state/preview-state.ts';
import { counterparts, type Given, ingress, look, preview, situation, stackService } from './app.ts';

const [V1, V2] = [stackService('v1'), stackService('v2')];
const LIVE = { ingresses: [ingress()], services: [V1, V2] };

describe('the preview shows', () => {
  const shows = async (namespace: Given) => situation(await look(), namespace);
  test('the Services of one revision, or none', async () => {
    const found = await shows({ ...LIVE, ingresses: [ingress(), preview('v2')] });
    expect(previewedServices(found)).toEqual(['web-v2']);
    expect(isShown(found, counterparts('v2'))).toBe(true);
    expect(isShown(found, counterparts('v1'))).toBe(false);
    const none = await shows(LIVE);
    expect(isShown(none, counterparts('v2'))).toBe(false);
  });

  test('two revisions: no one of them is the candidate, and both ways out are named', async () => {
    const both = { ...preview('v2'), spec: ingress('x', { paths: { '/green': 'web-v2', '/green/a': 'web-v3' } }).spec };
    const found = await shows({ ingresses: [ingress(), both], services: [V1, V2, stackService('v3')] });
    expect(() => previewedServices(found)).toThrow(
      expect.objectContaining({
        code: 'two-candidates',
        next: 'Run deploy-green for revision v2, or deploy-green for revision v3: it writes the preview again.',
      }),
    );
  });
});
