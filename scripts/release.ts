import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { majorTag, notesOf } from './changelog.ts';

/**
 * What publish.yml asks about the tag of a release. `notes TAG` prints the notes of the release, and fails if package.json
 * or CHANGELOG.md do not name its version. `major TAG` prints the tag of the major version if this release moves it.
 */

const [verb, tag = ''] = process.argv.slice(2);
try {
  if (verb === 'notes') {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, and package.json says ${version}`);
    console.log(notesOf(readFileSync('CHANGELOG.md', 'utf8'), version));
  } else if (verb === 'major') {
    const tags = execFileSync('git', ['tag', '--list'], { encoding: 'utf8' }).split('\n');
    console.log(majorTag(tag, tags));
  } else throw new Error('usage: node scripts/release.ts notes|major TAG');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
