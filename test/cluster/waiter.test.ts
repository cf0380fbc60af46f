import { describe, expect, test } from 'vitest';
import { Waiter } from '../../src/cluster/waiter.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { TestClock, turn } from '../clock.ts';
import { container, deployment, facts, pod, unschedulable } from '../core/rollout/waiting.ts';

/** What a wait says of itself and when it ends, by what it is shown second by second. */

const READY = deployment({ availableReplicas: 1, readyReplicas: 1 });
const STARTS = pod(container('{waiting: {reason: ContainerCreating}}'));
const HOUR = 3_600_000;

function waiting(expected = 1, until = HOUR) {
  const clock = new TestClock();
  const told: string[] = [];
  const waiter = new Waiter(
    expected,
    until,
    {
      progress: (now, trouble) =>
        told.push(`${clock.now()}: ${now.available} of ${now.wanted} ${trouble ?? ''}`.trim()),
      stuck: (_, name) => told.push(`${clock.now()}: ${name} is stuck`),
    },
    clock,
  );
  /** Shows the same for some seconds; whether events were wanted at the end. */
  const show = async (seconds: number, of: KubeObject, pods: readonly KubeObject[] = [], { stale = false } = {}) => {
    let events = false;
    for (let second = 0; second < seconds; second += 1) {
      events = waiter.look(facts([of], pods), { stale });
      await clock.advance(1_000);
    }
    return events;
  };
  const ended = async () => {
    let end: unknown = 'goes on';
    void waiter.done.then((how) => {
      end = how;
    });
    await turn();
    return end;
  };
  return { told, show, ended };
}

test('it ends with nothing once all are ready', async () => {
  const { told, show, ended } = waiting();
  await show(1, deployment(), [STARTS]);
  expect(await ended()).toBe('goes on');
  await show(1, READY);
  expect(await ended()).toBeUndefined();
  expect(told).toEqual(['0: 0 of 1 Pod web-0 is still being created', '1000: 1 of 1']);
});

test('it is not over while a Deployment is not seen, as after a watch began anew', async () => {
  const { told, show, ended } = waiting(2);
  await show(5, READY);
  expect(await ended()).toBe('goes on');
  expect(told).toEqual([]);
});

test('where nothing changes, it says every ten seconds which pod is not ready', async () => {
  const { told, show } = waiting();
  await show(22, deployment(), [STARTS]);
  expect(told).toEqual([
    '0: 0 of 1 Pod web-0 is still being created',
    '10000: web-0 is stuck',
    '20000: web-0 is stuck',
  ]);
});

test('where nobody shows anything any more, it says that instead, and nothing ends the wait', async () => {
  const { told, show, ended } = waiting(1, 5_000);
  await show(12, deployment(), [STARTS, unschedulable()], { stale: true });
  expect(await ended()).toBe('goes on');
  expect(told.at(-1)).toContain('the API server has sent nothing for a while');
});

describe('what is in the way', () => {
  test('ends it when the step is nearly over', async () => {
    const { show, ended } = waiting(1, 5_000);
    await show(5, deployment(), [unschedulable()]);
    expect(await ended()).toBe('goes on');
    await show(1, deployment(), [unschedulable()]);
    expect(await ended()).toMatchObject({ why: expect.stringContaining("this step's timeout") });
  });

  test('is asked about only when it lasts: most of it is over in a moment', async () => {
    const { show } = waiting();
    expect(await show(3, deployment(), [unschedulable()])).toBe(false);
    expect(await show(1, deployment(), [unschedulable()])).toBe(true);
  });
});
