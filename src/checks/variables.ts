import { addressText } from '../core/base/addresses.ts';
import type { Subject } from './subject.ts';

/** What a program that is a check is told of the release, as environment variables. */
export function variablesFor({ endpoints, revision, release }: Subject): Record<string, string> {
  const [first] = endpoints.current;
  return {
    CHECK_URL: release.url,
    CHECK_HEADER: release.header,
    PREVIEW_URL: release.previewUrl,
    LIVE_URL: release.liveUrl,
    REVISION: revision,
    PREVIOUS_REVISION: release.previous,
    GREENPATH_ADDRESS: first === undefined ? '' : addressText(first.address),
  };
}
