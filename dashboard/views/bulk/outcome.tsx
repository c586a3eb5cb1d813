import { useSignal } from '@preact/signals';
import type { BulkAnswer } from '../../../src/client/index.ts';
import { errorWords } from '../../api-words.ts';
import { TableHead } from '../../components/table-head.tsx';
import { nameOf, numberText, timeNear } from '../../format.ts';
import { serverNow } from '../../live/clock.ts';
import { recordOf } from '../../live/records.ts';
import { hrefToBroadcast } from '../../router.ts';
import { bulk } from '../../texts/bulk.ts';
import { common } from '../../texts/common.ts';

/** Lines shown at first, and added with each click. */
const STEP = 200;

type Plan = BulkAnswer['changed'][number]['before'];

/** What would happen, or has happened, to which broadcasts. Rejected ones come first. */
export function Outcome({ answer }: { answer: BulkAnswer }) {
  const texts = bulk.value;
  const shown = useSignal(STEP);
  const { matched, changed, refused, dryRun } = answer;
  const count = numberText(changed.length);
  if (matched === 0 && refused.length === 0) return <p role="status">{texts.nothing}</p>;
  const said = dryRun ? texts.wouldChange : texts.did;
  const total = changed.length + refused.length;
  const left = Math.max(0, shown.value - refused.length);
  return (
    <div class="outcome">
      <p role="status">
        <strong>{said(count, numberText(matched))}</strong>{' '}
        {refused.length > 0 && (dryRun ? texts.wouldRefuse : texts.refused)(numberText(refused.length))}
      </p>
      {refused.length > 0 && (
        <ul class="refused">
          {refused.slice(0, shown.value).map(({ id, code, detail }) => (
            <li key={id}>
              <Name id={id} />: {errorWords(code, detail)}
            </li>
          ))}
        </ul>
      )}
      {changed.length > 0 && left > 0 && (
        <table>
          <TableHead names={[texts.broadcast, texts.before, texts.after]} />
          <tbody>
            {changed.slice(0, left).map(({ id, before, after }) => (
              <tr key={id}>
                <th scope="row">
                  <Name id={id} />
                </th>
                <td>{planText(before)}</td>
                <td>{planText(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {total > shown.value && (
        <button type="button" class="more" onClick={() => (shown.value += STEP)}>
          {texts.shown(numberText(shown.value), numberText(total))} {texts.more}
        </button>
      )}
    </div>
  );
}

function Name({ id }: { id: string }) {
  const one = recordOf(id)?.value;
  return <a href={hrefToBroadcast(id)}>{one ? nameOf(one) : id}</a>;
}

function planText({ startAt, stopAt, status }: Plan): string {
  const at = serverNow();
  const times = [startAt, stopAt].filter((time) => time !== null).map((time) => timeNear(time, at));
  return `${times.join(' – ')}, ${common.value.status[status]}`;
}
