import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { look, NOTHING, type RolloutLook } from '../../../src/core/rollout/rollout.ts';
import { container, deployment, facts, pod } from './waiting.ts';

/** Whole waits, second by second: what Kubernetes shows from which second on, and when and why the wait ends. */

export interface Show {
  /** `hidden` while a watch begins anew. */
  readonly deployment?: KubeObject | 'hidden';
  readonly pods?: readonly KubeObject[];
  readonly events?: readonly KubeObject[];
}
export type Story = readonly (readonly [second: number, show: Show])[];

/** Plays a story, one look a second, and tells in which second and how it ends; undefined if it goes on for ever. */
export function play(story: Story, timeout = 3_600): { at: number; end: RolloutLook['end'] } | undefined {
  let past = NOTHING;
  for (let second = 0; second <= timeout + 5; second += 1) {
    const [, show = {}] = story.findLast(([from]) => from <= second) ?? [];
    const { deployment: of = deployment(), pods = [], events = [] } = show;
    const seen = look(past, facts(of === 'hidden' ? [] : [of], pods, events), second * 1_000, timeout * 1_000);
    past = seen.past;
    if (seen.now.ready || seen.end !== undefined) return { at: second, end: seen.end };
  }
  return undefined;
}
/** Pods in these states, one each. */
export const shows = (...states: string[]) => ({
  pods: states.map((state, index) => pod(state, { name: `web-${index}` })),
});
/** All is ready. */
export const READY: Show = { deployment: deployment({ availableReplicas: 1, readyReplicas: 1 }) };
/** A container that runs again, after so many restarts. */
export const runs = (restarts: number) =>
  container('{running: {}}', {
    restartCount: restarts,
    started: true,
    lastState: { terminated: { reason: 'Error', exitCode: 1 } },
  });
