import { describe, expect, it } from 'vitest';
import { DecisionBuilder } from '../../../../src/broadcasts/decision.ts';
import { warn } from '../../../../src/broadcasts/rules/warn.ts';
import { T0 } from '../../../proof/model/model.ts';
import { event, scheduled } from '../../../support/rules/scenario.ts';
import { get } from '../../../support/rules/states.ts';

/** Warnings of a broadcast (`warn`). */

describe('a warning', () => {
  const warning = (code: string, message: string) => ({ code, message, advice: 'Do something.' });

  it('is new when its code or its words are, and takes the place of the older one of its code', () => {
    const builder = new DecisionBuilder(scheduled().get('bc_1'), T0, 'w');
    expect(warn(builder, warning('a', '1'))).toBe(true);
    expect(warn(builder, warning('b', '1'))).toBe(true);
    expect(warn(builder, warning('a', '1'))).toBe(false);
    expect(builder.next.warnings).toEqual([warning('a', '1'), warning('b', '1')]);
    expect(warn(builder, warning('a', '2'))).toBe(true);
    expect(builder.next.warnings).toEqual([warning('b', '1'), warning('a', '2')]);
  });

  it('that the meeting was moved goes when it is moved back; others stay', () => {
    const model = scheduled({}, true);
    model.broadcasts.set('bc_1', { ...get(model), warnings: [warning('other_service', '1')] });
    event(model, 'updated', null, -1, { moved: 20_000 });
    expect(get(model).warnings.map(({ code }) => code)).toEqual(['other_service', 'meeting_moved']);
    event(model, 'updated', null, -2, { moved: -20_000 });
    expect(get(model)).toMatchObject({ movedBy: 0, warnings: [{ code: 'other_service' }] });
  });
});
