import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { asShown } from '../../demo/load-view.ts';
import { Screen, wrap } from '../../demo/screen.ts';

/** A screen and what was written to it. */
function screenOf(isTTY: boolean, environment: NodeJS.ProcessEnv = {}, columns = 100) {
  const written: string[] = [];
  const screen = new Screen({ isTTY, columns, write: (text) => written.push(text) }, environment);
  return { screen, text: () => written.join('') };
}

const LONG = `Live: http://example.com/ is served by ${'nginx-v1-22-0 '.repeat(20)}and ${'x'.repeat(150)}`;

describe('lines', () => {
  test.each([
    [false, 100, 100],
    [true, 80, 80],
    [true, 240, 100],
  ])('on a terminal %s of %i columns none is wider than %i, and no word is lost', (isTTY, columns, widest) => {
    const { screen, text } = screenOf(isTTY, {}, columns);
    screen.say(LONG);
    screen.print(LONG);
    screen.status(LONG);
    const lines = stripVTControlCharacters(text()).split(/[\n\r]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(widest);
    expect(lines.join(' ').match(/nginx-v1-22-0/g)?.length).toBeGreaterThanOrEqual(40);
  });

  test('what follows is indented by two, however long the line is', () => {
    expect(wrap('  one two three four five', 10)).toEqual(['  one two', '    three', '    four', '    five']);
    expect(wrap('short', 10)).toEqual(['short']);
    expect(wrap('x'.repeat(25), 10)).toEqual(['x'.repeat(10), `  ${'x'.repeat(8)}`, `  ${'x'.repeat(7)}`]);
  });
});

describe('colours', () => {
  const BLUE = '\x1b[94m';
  const GREEN = '\x1b[32m';

  test('on a terminal blue is blue and green is green, and so are their versions', () => {
    const { screen, text } = screenOf(true);
    screen.print('/ blue 66, green 134, nginx-v1-22-0 and v1.24.0');
    expect(text()).toContain(`${BLUE}blue\x1b`);
    expect(text()).toContain(`${GREEN}green\x1b`);
    expect(text()).toContain(`${BLUE}v1-22-0\x1b`);
    expect(text()).toContain(`${GREEN}v1.24.0\x1b`);
  });

  test.each([
    ['a pipe', false, {}],
    ['NO_COLOR', true, { NO_COLOR: '1' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ])('%s: none', (_, isTTY, environment) => {
    const { screen, text } = screenOf(isTTY, environment);
    screen.say('blue and green');
    expect(text()).not.toContain('\x1b');
  });
});

test('the line at the bottom stays below what is said, and is not written into a pipe', () => {
  const { screen, text } = screenOf(true, { NO_COLOR: '1' });
  screen.status('200 requests/s');
  screen.print('a line');
  expect(text()).toMatch(/\r\x1b\[K.*200 requests\/s\r\x1b\[Ka line\n.*200 requests\/s$/);
  const pipe = screenOf(false);
  pipe.screen.status('200 requests/s');
  expect(pipe.text()).toBe('');
});

test.each([
  ['::group::Rollout', '▾ Rollout'],
  ['::endgroup::', undefined],
  ['::add-mask::secret', undefined],
  ['::error title=promote failed::one%0Atwo 100%25', 'error: one\ntwo 100%'],
  ['::warning::careful', 'warning: careful'],
  ['created Service web', 'created Service web'],
])('the log line %j is shown as %j', (line, shown) => {
  expect(asShown(line)).toBe(shown);
});
