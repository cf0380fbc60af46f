import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dividedValues, keptValues, type RandomValue, type Source } from '../../../src/core/manifests/random-values.ts';
import { Authority } from '../../proof/certificates.ts';

/** Which value is used for each random one. */

interface Given extends Partial<Omit<RandomValue, 'present'>> {
  readonly present?: Partial<Record<Source, string>>;
}
const value = (place: string, one: string, other: string, { present = {}, ...more }: Given = {}): RandomValue => {
  const [object = '', path = ''] = place.split('.');
  const found = Object.entries(present).map(([source, text]) => ({
    text,
    source: source as Source,
    of: `${source} ${object}`,
  }));
  return { object, path, one, other, isOpaque: false, use: 'written', ...more, present: found };
};
const kept = (...values: RandomValue[]) => {
  const result = keptValues(values);
  return values.map((one) => {
    const found = result.get(one);
    return found === undefined || 'refusal' in found ? found : found.text;
  });
};

describe('a value that is random as a whole', () => {
  test('keeps what this revision has, else the live version, else what was there before Greenpath', () => {
    expect(kept(value('web.key', 'a1b2c3', 'd4e5f6', { present: { own: 'OWN', live: 'LIVE' } }))).toEqual(['OWN']);
    expect(kept(value('web.key', 'a1b2c3', 'd4e5f6', { present: { live: 'LIVE', plain: 'PLAIN' } }))).toEqual(['LIVE']);
    expect(kept(value('web.key', 'a1b2c3', 'd4e5f6', { present: { plain: 'PLAIN' } }))).toEqual(['PLAIN']);
  });

  test('is that of the first rendering if there is none', () => {
    expect(kept(value('web.key', 'a1b2c3', 'd4e5f6'))).toEqual(['a1b2c3']);
  });

  test('equals every other value that it equals in the renderings: that of the database above all', () => {
    const database = value('db.password', 'a1b2c3', 'd4e5f6', { present: { once: 'DATABASE' }, use: 'left' });
    const cache = value('cache.password', 'a1b2c3', 'd4e5f6', { present: { live: 'CACHE' } });
    expect(kept(cache, value('web.password', 'a1b2c3', 'd4e5f6'), database)).toEqual(['CACHE', 'DATABASE', 'DATABASE']);
    expect(dividedValues([cache, database])).toEqual([[cache, database]]);
    expect(dividedValues([database, value('web.password', 'a1b2c3', 'd4e5f6')])).toEqual([]);
    // Equal in one rendering only is chance.
    expect(kept(value('web.password', 'a1b2c3', 'other1'), database)[0]).toBe('a1b2c3');
  });

  test('is refused if it equals a value that the account may not read', () => {
    const unseen = value('db.password', 'a1b2c3', 'd4e5f6', { use: 'unseen' });
    const refusal = { refusal: expect.stringContaining('may not read') };
    expect(kept(unseen, value('web.password', 'a1b2c3', 'd4e5f6'))).toEqual(['a1b2c3', refusal]);
    expect(kept(unseen, value('web.url', 'http://me:a1b2c3@db', 'http://me:d4e5f6@db'))[1]).toEqual(refusal);
    expect(kept(unseen, value('web.key', 'another', 'zzzzzzz'))[1]).toBe('another');
  });
});

describe('a text of which a part is random', () => {
  const url = (password: string, host = 'db') => `postgres://shop:${password}@${host}/shop`;
  const password = value('db.password', 'a1b2c3', 'd4e5f6', { present: { once: 'DATABASE' }, use: 'left' });

  test('is kept if nothing else changed', () => {
    expect(kept(value('web.url', url('a1b2c3'), url('d4e5f6'), { present: { live: url('LIVE') } }))).toEqual([
      url('LIVE'),
    ]);
  });

  test('gets the password that is kept elsewhere, and so any change beside it', () => {
    expect(kept(value('web.url', url('a1b2c3'), url('d4e5f6')), password)[0]).toBe(url('DATABASE'));
    const moved = value('web.url', url('a1b2c3', 'new'), url('d4e5f6', 'new'), { present: { live: url('LIVE') } });
    expect(kept(moved, password)[0]).toBe(url('DATABASE', 'new'));
  });

  test('is refused if it changed beside the random part, and nothing says what that is', () => {
    const moved = value('web.url', url('a1b2c3', 'new'), url('d4e5f6', 'new'), { present: { live: url('LIVE') } });
    expect(kept(moved)).toEqual([{ refusal: expect.stringContaining('the rest differs from live web') }]);
    // What is not written may differ: that is told.
    const left = { ...moved, use: 'left' as const };
    expect(kept(left)).toEqual([url('a1b2c3', 'new')]);
  });

  test('keeps the line with the random part, and takes the others', () => {
    const file = (key: string, level: string) => `level: ${level}\nkey: ${key}\n`;
    const changed = value('web.file', file('a1b2c3', 'debug'), file('d4e5f6', 'debug'), {
      present: { live: file('LIVE', 'info') },
    });
    expect(kept(changed)).toEqual([file('LIVE', 'debug')]);
  });
});

describe('keys and certificates', () => {
  const [first, second, live] = ['one', 'one', 'one'].map((name) => {
    const ca = new Authority(name);
    return { ca: ca.cert, ...ca.issue('web') };
  }) as [Issued, Issued, Issued];
  type Issued = { ca: string; cert: string; key: string };
  const of = (place: string, part: keyof Issued, sources: Source[] = [], more: Given = {}) =>
    value(place, first[part], second[part], {
      ...more,
      present: Object.fromEntries(sources.map((source) => [source, live[part]])),
    });

  test('are kept together', () => {
    const all = [of('ca.crt', 'ca', ['live']), of('web.crt', 'cert', ['live']), of('web.key', 'key', ['live'])];
    expect(kept(...all)).toEqual([live.ca, live.cert, live.key]);
    const once = [
      of('ca.crt', 'ca', ['once'], { use: 'left' }),
      of('web.crt', 'cert', ['live']),
      of('web.key', 'key', ['live']),
    ];
    expect(kept(...once)).toEqual([live.ca, live.cert, live.key]);
  });

  test('are all new if one of them is not there: none of two renderings is mixed', () => {
    const some = [of('ca.crt', 'ca', ['live']), of('web.crt', 'cert'), of('web.key', 'key', ['live'])];
    expect(kept(...some)).toEqual([first.ca, first.cert, first.key]);
    const mixed = [of('ca.crt', 'ca', ['own']), of('web.crt', 'cert', ['live']), of('web.key', 'key', ['own'])];
    expect(kept(...mixed)).toEqual([first.ca, first.cert, first.key]);
  });

  test('are refused if those that exist once cannot be complete', () => {
    const some = [of('ca.crt', 'ca', ['once'], { use: 'left' }), of('web.crt', 'cert'), of('web.key', 'key')];
    expect(kept(...some).slice(1)).toEqual([
      { refusal: expect.stringContaining('it fits the keys and certificates of ca, which exists already') },
      { refusal: expect.stringContaining('it fits the keys and certificates of ca, which exists already') },
    ]);
  });
});

test('rendering again changes nothing: whatever was kept once is kept', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{8,24}$/);
  const template = fc.tuple(
    fc.stringMatching(/^(?:[a-z]{3,8}[:/=@ "]){0,3}$/),
    fc.stringMatching(/^(?:[:/=@ "][a-z]{3,8}){0,3}$/),
  );
  const places = fc.array(fc.tuple(fc.nat(2), template, fc.boolean()), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(places, fc.uniqueArray(word, { minLength: 15, maxLength: 15 }), (shapes, words) => {
      const rendered = (time: number, before: readonly string[] | undefined, isWritten: (index: number) => boolean) =>
        shapes.map(([which, [start, end]], index) => {
          const text = (word = '') => `${start}${word}${end}`;
          const [one, other] = [text(words[time * 3 + which]), text(words[(time + 1) * 3 + which])];
          const present = before?.[index];
          return value(
            `o${index}.x`,
            one,
            other,
            isWritten(index) && present !== undefined ? { present: { live: present } } : {},
          );
        });
      const deploy = (values: RandomValue[]) => kept(...values);
      const firstTime = deploy(rendered(0, undefined, () => false)) as string[];
      const isKnown = (index: number) => shapes[index]?.[2] === true;
      // A later release, for which only some of the objects are there: what is equal stays equal.
      const secondTime = deploy(rendered(1, firstTime, isKnown)) as string[];
      expect(secondTime.filter((_, index) => isKnown(index))).toEqual(firstTime.filter((_, index) => isKnown(index)));
      const thirdTime = deploy(rendered(2, secondTime, () => true));
      expect(thirdTime).toEqual(secondTime);
    }),
  );
});
