import { expect, test } from 'vitest';
import { scaleTo } from '../../../src/steps/pods/scale.ts';
import { inTurn, json } from '../../cluster/server.ts';
import { look } from '../../state/app.ts';
import { deployed } from '../stacks.ts';

/** A Deployment is scaled as the one that was read. */

test('a Deployment that another one has the name of is not scaled', async () => {
  const looking = await look({}, inTurn(json(200, deployed('web-v2', 3)), json(409)));
  expect((await scaleTo(looking.run, deployed('web-v2'), 3)).spec).toMatchObject({ replicas: 3 });
  expect(looking.told()).toContain('Deployment web-v2 scaled from 1 to 3');
  await expect(scaleTo(looking.run, deployed('web-v2'), 3)).rejects.toMatchObject({ code: 'conflict' });
});
