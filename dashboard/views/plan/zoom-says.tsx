import type { NewBroadcast } from '../../../src/client/index.ts';
import { slowApi } from '../../api/api.ts';
import { findingWords } from '../../api-words.ts';
import { plan } from '../../texts/plan.ts';
import type { TemplateDraft } from './template-draft.ts';
import { useTyped } from './use-typed.ts';
import { findingsFor } from './zoom-question.ts';

interface ZoomSaysProps {
  draft: TemplateDraft;
  /** Null: the meeting or the start is incomplete. */
  question: NewBroadcast | null;
}

/** Whether Zoom would allow the start, checked while the user types. */
export function ZoomSays({ draft, question }: ZoomSaysProps) {
  const texts = plan.value;
  const typed = useTyped(question, (body) => slowApi.preflightPlan({ body }));
  if (typed.step !== 'known') return <p class="quiet">{texts.zoom[typed.step]}</p>;
  const findings = findingsFor(draft, typed.answer);
  if (findings.length === 0) return <p>{typed.answer.checked ? texts.zoomGood : texts.zoom.unknown}</p>;
  return (
    <>
      {findings.map((finding) => {
        const { message, advice } = findingWords(finding);
        return (
          <p key={finding.message} class={finding.prevents ? 'bad' : 'warn'}>
            {message} {advice}
          </p>
        );
      })}
    </>
  );
}
