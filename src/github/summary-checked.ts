import { type Checked, type CheckedObject, NOT_LOOKED_AT, WORDS, whereText } from '../core/report/checked.ts';
import { code, plain } from './markdown.ts';

/** More rows are in the log. */
const ROWS = 300;
const SIGNS: Readonly<Record<CheckedObject['word'], string>> = {
  refused: '❌',
  coloured: '🎨',
  route: '🌐',
  backing: '🗄️',
  shared: '🤝',
  left: '➖',
};

/** What becomes of each object of the manifests, what is wired, and what only the cluster can say. */
export function checkedSections({ objects, plainNames, notLookedAt }: Checked): string[] {
  const rows = objects.slice(0, ROWS).map((one) => {
    const cells = [`${SIGNS[one.word]} ${WORDS[one.word]}`, code(one.object), code(whereText(one)), plain(one.why)];
    return `| ${cells.join(' | ')} |`;
  });
  const more = objects.length > ROWS ? `\n\n… and ${objects.length - ROWS} more` : '';
  const table = `| is | object | where | why |\n| --- | --- | --- | --- |\n${rows.join('\n')}${more}`;
  return [
    ...(objects.length === 0 ? [] : [`#### What becomes of the manifests\n\n${table}`]),
    ...(plainNames === '' ? [] : [`🔗 ${plain(plainNames)}`]),
    `#### ${NOT_LOOKED_AT}\n\n${notLookedAt.map((text) => `- ${plain(text)}`).join('\n')}`,
  ];
}
