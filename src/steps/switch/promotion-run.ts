import type { RevisionServices } from '../../core/kube/revision-services.ts';
import type { SwitchNote } from '../../core/release/switch-note.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import type { ComparedVersions } from '../evidence/before-switch.ts';

/** What a promotion works with. */
export interface PromotionRun {
  readonly run: Run;
  readonly releaseRecord: ReleaseRecord;
  readonly situation: Situation;
  readonly endpoints: Endpoints;
  readonly green: RevisionServices;
}

/** The same after its switch, with the routes as that left them. */
export interface SwitchedPromotion extends PromotionRun {
  /** Its revision is empty if it is not known who was live before. */
  readonly blue: RevisionServices;
  /** What the annotation said before the switch. */
  readonly before: SwitchNote | undefined;
  /** How the two sides are distinguished, and what was measured of blue before the switch. */
  readonly compared: ComparedVersions;
  /** `performance.now()` when this run sent the switch, or began to continue that of an earlier run. */
  readonly since: number;
}
