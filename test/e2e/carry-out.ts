import { expect } from 'vitest';
import type { World } from './world.ts';

/** Carries out the kubectl commands that a message prints as the repair, word for word. */
export async function carryOut(world: World, message: string): Promise<void> {
  const repair = /(kubectl -n .*?)\. Then run the step again/.exec(message)?.[1];
  expect(repair, message).toBeDefined();
  for (const command of (repair ?? '').split(' && ')) {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    expect(words.slice(0, 3)).toEqual(['kubectl', '-n', world.namespace]);
    await world.kubectl(...words.slice(3));
  }
}
