import { expect, test } from 'vitest';
import { refuseUnserved } from '../../../src/steps/candidate/served-kinds.ts';
import { json } from '../../cluster/server.ts';
import { look } from '../../state/app.ts';
import { PLAIN, stackOf } from '../stacks.ts';

const SCALED = ['web', 'other'].map(
  (name) =>
    `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: ${name}}\nspec: {scaleTargetRef: {name: ${name}}}`,
);
const served = json(200, { resources: [{ kind: 'ScaledObject', name: 'scaledobjects', namespaced: true }] });

test('the cluster is asked once for each kind that not every cluster has, whatever the number of objects', async () => {
  const { run, asked } = await look({}, served);
  await refuseUnserved(run, stackOf(...PLAIN, ...SCALED));
  expect(asked.map(({ path }) => path)).toEqual(['/apis/keda.sh/v1alpha1']);
});

test('it is not asked for what every cluster has', async () => {
  const { run, asked } = await look();
  await refuseUnserved(run, stackOf(...PLAIN));
  expect(asked).toEqual([]);
});

test('a kind that the cluster does not have is refused at its manifest', async () => {
  const { run } = await look({}, json(404, { message: 'not found' }));
  await expect(refuseUnserved(run, stackOf(...PLAIN, ...SCALED))).rejects.toMatchObject({
    message: 'ScaledObject web-v2: the cluster serves no kind ScaledObject in keda.sh/v1alpha1',
    problems: [{ place: { file: 'all.yaml' } }],
  });
});
