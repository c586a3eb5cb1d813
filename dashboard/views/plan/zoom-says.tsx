import { slowApi } from '../../api/api.ts';
import { localTimes } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { plan } from '../../texts/plan.ts';
import type { Draft } from './draft.ts';
import { useTyped } from './use-typed.ts';
import { findingsFor, zoomQuestion } from './zoom-question.ts';

/** Whether Zoom would let it start: asked while one types, as soon as meeting and start are complete. */
export function ZoomSays({ draft }: { draft: Draft }) {
  const texts = plan.value;
  const typed = useTyped(zoomQuestion(draft, minute.value * 60_000), (body) => slowApi.preflightPlan({ body }));
  if (typed.step !== 'known') return <p class="quiet">{texts.zoom[typed.step]}</p>;
  const findings = findingsFor(draft, typed.answer);
  if (findings.length === 0) return <p>{typed.answer.checked ? texts.zoomGood : texts.zoom.unknown}</p>;
  return (
    <>
      {findings.map(({ message, advice, prevents }) => (
        <p key={message} class={prevents ? 'bad' : 'warn'}>
          {localTimes(message)} {advice}
        </p>
      ))}
    </>
  );
}
