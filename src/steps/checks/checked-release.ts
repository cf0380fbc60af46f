import type { CheckedRelease } from '../../checks/subject.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import { urlOf } from '../../proof/probe.ts';
import { liveUrl, previewAddress } from '../../state/endpoints.ts';
import type { Situation } from '../../state/situation.ts';

/** What is checked at these endpoints: those of the preview, or of the live URLs. */
export function checkedRelease(
  situation: Situation,
  { current: [first] }: Endpoints,
  more: Pick<CheckedRelease, 'previous' | 'since'>,
): CheckedRelease {
  return {
    url: first === undefined ? '' : urlOf(first, '/'),
    header: first?.header ?? '',
    previewUrl: previewAddress(situation).url,
    liveUrl: liveUrl(situation),
    ...more,
  };
}
