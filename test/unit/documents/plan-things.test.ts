import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planThings, type Step, type StoredThing, type Wanted } from '../../../src/documents/plan-things.ts';

/** Random documents of series, calendars and sources, applied to a store that is only a list. */

const TYPES = ['series', 'calendar', 'source'] as const;
type Fields = { title: string | null; day: number };

interface Drawn {
  type: (typeof TYPES)[number];
  name: string;
  want: Fields;
}

const drawn = fc.uniqueArray(
  fc.record({
    type: fc.constantFrom(...TYPES),
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    want: fc.record({ title: fc.option(fc.constantFrom('x', 'y')), day: fc.nat(2) }),
  }),
  { selector: ({ type, name }) => `${type} ${name}` },
);

const wanted = ({ type, name, want }: Drawn): Wanted => ({
  ...{ type, name, title: want.title, want: { ...want }, body: { ...want }, fixed: [], isOver: false },
  matches: ({ id }) => id === name,
});

const plan = (document: string, things: Drawn[], stored: StoredThing[], prune = true) =>
  planThings(things.map(wanted), stored, { document, prune });

let ids = 0;

/** What is stored once the plan was carried out. */
function carriedOut(steps: Step[], stored: StoredThing[]): StoredThing[] {
  let after = [...stored];
  for (const { type, state, name, wanted: one, stored: former, change, declared } of steps) {
    if (state === 'new' && one)
      after.push({ type, id: `${name}-${++ids}`, title: null, externalId: null, is: { ...one.want }, declared });
    if (state === 'vanished') after = after.filter((other) => other !== former);
    if (state === 'changed')
      after = after.map((other) => (other === former ? { ...other, is: { ...other.is, ...change }, declared } : other));
  }
  return after;
}

const applied = (document: string, things: Drawn[], stored: StoredThing[]) =>
  carriedOut(plan(document, things, stored), stored);
const shown = (stored: StoredThing[]) =>
  stored
    .map(({ type, declared, is }) => `${type} ${declared?.document} ${declared?.name} ${JSON.stringify(is)}`)
    .sort();

it('a second time nothing is to be done, whatever the order', () => {
  fc.assert(
    fc.property(drawn, (things) => {
      const states = plan('doc', [...things].reverse(), applied('doc', things, [])).map(({ state }) => state);
      expect(states.filter((state) => state !== 'unchanged')).toEqual([]);
    }),
  );
});

it('A and then B leaves what B alone leaves', () => {
  fc.assert(
    fc.property(drawn, drawn, (a, b) => {
      expect(shown(applied('doc', b, applied('doc', a, [])))).toEqual(shown(applied('doc', b, [])));
    }),
  );
});

it('nothing of another document or of a person changes', () => {
  fc.assert(
    fc.property(drawn, drawn, drawn, (a, b, byHand) => {
      const people = byHand.map(
        ({ type, name, want }): StoredThing => ({
          ...{ type, id: name, title: null, externalId: null, is: { ...want }, declared: null },
        }),
      );
      const before = applied('other', a, people);
      const after = applied('doc', b, before);
      expect(after.filter(({ declared }) => declared?.document !== 'doc')).toEqual(before);
    }),
  );
});

it('a change by hand survives until the document says the same', () => {
  fc.assert(
    fc.property(drawn, drawn, fc.nat(), (a, b, at) => {
      const stored = applied('doc', a, []);
      const one = stored[at % Math.max(1, stored.length)];
      if (!one) return;
      const changed = stored.map((other) =>
        other === one ? { ...other, is: { ...other.is, title: 'by hand' } } : other,
      );
      const steps = plan('doc', b, changed);
      const after = carriedOut(steps, changed).find(({ id }) => id === one.id);
      const isNamed = b.some(({ type, name }) => type === one.type && name === one.declared?.name);
      expect(after?.is['title']).toBe(isNamed ? 'by hand' : undefined);
      // Told, not silent.
      const step = steps.find(({ stored: former }) => former?.id === one.id);
      if (isNamed) expect(`${step?.detail}`).toContain('title: changed here by hand, kept');
    }),
  );
});

it('without prune nothing vanishes that is not asked for, and all of it is named', () => {
  fc.assert(
    fc.property(drawn, drawn, (a, b) => {
      const steps = plan('doc', b, applied('doc', a, []), false);
      const gone = steps.filter(({ state }) => state === 'vanished');
      const left = a.filter(({ type, name }) => !b.some((one) => one.type === type && one.name === name));
      expect(gone.map(({ type, name }) => `${type} ${name}`).sort()).toEqual(
        left.map(({ type, name }) => `${type} ${name}`).sort(),
      );
      for (const { detail } of gone) expect(detail).toContain('it stays, because prune is off');
    }),
  );
});

it('a field that cannot change is a conflict', () => {
  const [thing] = [{ type: 'source' as const, name: 'a', want: { title: null, day: 1 } }];
  const stored = applied('doc', [thing], []);
  const fixed = { ...wanted({ ...thing, want: { title: null, day: 2 } }), fixed: ['day'] };
  const [step] = planThings([fixed], stored, { document: 'doc', prune: false });
  expect(step).toMatchObject({
    state: 'conflicting',
    detail: 'day cannot change: give it another name, or remove it first',
  });
});
