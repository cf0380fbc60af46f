import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Outcome } from '../../harness/action.ts';
import { WORDS, whereText } from '../../src/core/report/checked.ts';
import type { Result } from '../../src/core/report/result-schema.ts';
import type { Folder } from './check-folders.ts';

/** The inputs that a folder has if it says nothing else. */
export const CHECK = { mode: 'check', route: 'ingress/web', manifests: '*.yaml' };

/** Writes the files of a folder. */
export function written(files: Folder['files']): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-check-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
  return folder;
}

/** What a run says of a folder, in the form of the folder: as much of each text as the folder has. */
export function saidBy({ exitCode, stdout, outputs }: Outcome, folder: Folder) {
  const { check, error, visitors, changed } = JSON.parse(outputs.json ?? '') as Result;
  const { objects = [], notLookedAt = [], plainNames = '' } = check ?? {};
  const verdicts = objects.map((one) => `${one.object} is ${WORDS[one.word]} (${whereText(one)}): ${one.why}`);
  return {
    ...{ exitCode, visitors, changed, plainNames },
    verdicts: beginnings(verdicts, folder.verdicts),
    annotations: beginnings(annotationsIn(stdout), folder.annotations),
    problems: beginnings(
      (error?.problems ?? []).flatMap(({ text, file }) => (file === undefined ? [text] : [])),
      folder.problems ?? [],
    ),
    open: beginnings(notLookedAt, openIn(folder)),
  };
}

/** The same as the folder has it. */
export function expected(folder: Folder) {
  const { verdicts, annotations, problems = [], plainNames = '' } = folder;
  const isRefused = problems.length > 0 || annotations.some((text) => text.startsWith('error'));
  const exitCode = isRefused ? 1 : 0;
  return { exitCode, visitors: '', changed: false, plainNames, verdicts, annotations, problems, open: openIn(folder) };
}

function openIn({ open = [], inputs }: Folder): readonly string[] {
  const namespace = inputs?.namespace === undefined ? ['which namespace the context of the kubeconfig names'] : [];
  return [...open, ...namespace, 'what exists there', 'what the API server'];
}

function beginnings(texts: readonly string[], wanted: readonly string[]): string[] {
  return texts.map((text, index) => text.slice(0, wanted[index]?.length ?? text.length));
}

/** `error web.yaml:1 …`, without the last one, which is that of the step. */
function annotationsIn(stdout: string): string[] {
  const found = [...stdout.matchAll(/^::(error|warning|notice) ?([^:]*)::(.*)$/gm)];
  return found
    .filter(([, , , text = '']) => !/ · What to do: /.test(text))
    .map(([, kind, at = '', text = '']) => {
      const [, file = '', line] = /^file=([^,]+)(?:,line=(\d+))?$/.exec(at) ?? [];
      const place = file === '' ? '' : `${file}${line === undefined ? '' : `:${line}`} `;
      return `${kind} ${place}${text.replaceAll('%0A', '\n').replaceAll('%25', '%')}`;
    });
}
