import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import type { World } from './world.ts';

/** Gives the account of a world the documented Role with the rules that are comments in it. */
export async function allowOptional(world: World): Promise<void> {
  const text = readFileSync('docs/role.yaml', 'utf8').replaceAll(
    /^ {2}# (?=- apiGroups:| {2}(?:resources|verbs):)/gm,
    '  ',
  );
  const { rules } = load(text) as { rules: object[] };
  await world.kubectl('patch', 'role', 'greenpath', '--type=merge', '-p', JSON.stringify({ rules }));
}
