import { expect, test } from 'vitest';
import { PodWords } from '../../../src/steps/pods/pod-words.ts';

test('Secrets are read once, before the first line that quotes a pod, and lines keep their order', async () => {
  const seen: string[] = [];
  const read = Promise.withResolvers<void>();
  const words = new PodWords(
    (line) => seen.push(line),
    () => {
      seen.push('(read)');
      return read.promise;
    },
  );
  words.line('0 of 1', undefined);
  await words.told;
  expect(seen).toEqual(['0 of 1']);
  words.line('0 of 1', 'crashed');
  words.line('1 of 1', undefined);
  words.line('1 of 1', 'late');
  const told = words.told;
  await Promise.resolve();
  read.resolve();
  await told;
  await words.learn();
  expect(seen).toEqual(['0 of 1', '(read)', '0 of 1, crashed', '1 of 1', '1 of 1, late']);
});
