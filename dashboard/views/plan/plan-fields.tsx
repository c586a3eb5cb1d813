import { LocalTimeField } from '../../components/local-time-field.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { lengthText, nameOf, timeNear } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { momentOf } from '../../local-moment.ts';
import { common } from '../../texts/common.ts';
import { plan } from '../../texts/plan.ts';
import { useConflicts } from './conflicts.ts';
import { type Draft, withStart } from './draft.ts';
import { MeetingFields } from './meeting-fields.tsx';
import { TextInput } from './template-inputs.tsx';
import { DestinationFields, RunFields, ViewerFields } from './viewer-fields.tsx';
import { zoomQuestion } from './zoom-question.ts';
import { ZoomSays } from './zoom-says.tsx';

interface PlanFieldsProps {
  draft: Draft;
  /** Id of the broadcast being edited; empty: a new one. */
  self: string;
  /** Path of a field → its error. */
  problems: Record<string, string>;
  onChange(draft: Draft): void;
}

export function PlanFields({ draft, self, problems, onChange }: PlanFieldsProps) {
  const texts = plan.value;
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  return (
    <>
      <MeetingFields draft={draft} problems={problems} set={set} />
      <div class="times">
        <LocalTimeField
          label={texts.start}
          name="start"
          required
          value={draft.start}
          zone={draft.zone}
          repeated={draft.startRepeated}
          problem={problems['startAt']}
          onChange={(start) => onChange(withStart(draft, start))}
          onRepeated={(startRepeated) => set({ startRepeated })}
        />
        <LocalTimeField
          label={texts.stop}
          name="stop"
          value={draft.stop}
          zone={draft.zone}
          repeated={draft.stopRepeated}
          problem={problems['stopAt']}
          onChange={(stop) => set({ stop, stopRepeated: '' })}
          onRepeated={(stopRepeated) => set({ stopRepeated })}
        />
        <ZoneField value={draft.zone} problem={problems['timezone']} onChange={(zone) => set({ zone })} />
      </div>
      <TimesSummary draft={draft} self={self} />
      <TextInput
        draft={draft}
        problems={problems}
        set={set}
        name="labels"
        label={texts.labels}
        hint={texts.labelsHint}
      />
      <ViewerFields draft={draft} problems={problems} set={set} />
      <DestinationFields draft={draft} problems={problems} set={set} />
      <RunFields draft={draft} problems={problems} set={set} />
    </>
  );
}

/** How long it lasts, and what it conflicts with, while the user types. */
function TimesSummary({ draft, self }: { draft: Draft; self: string }) {
  const texts = plan.value;
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  const stop = draft.stop === '' ? null : momentOf(draft.stop, draft.zone, draft.stopRepeated);
  const conflicts = useConflicts(draft, self);
  return (
    <div class="summary" role="status">
      {draft.stop === '' && <p>{texts.noStop}</p>}
      {start !== null && stop !== null && stop > start && <p>{texts.length(lengthText(stop - start))}</p>}
      {start !== null && stop !== null && stop <= start && <p class="bad">{texts.stopBeforeStart}</p>}
      {conflicts?.length === 0 && <p>{texts.noConflict}</p>}
      {conflicts?.map((one) => (
        <p key={one.id} class="bad">
          {texts.conflict(
            nameOf(one),
            timeNear(one.startAt, start ?? 0),
            one.stopAt === null ? common.value.noStop : timeNear(one.stopAt, start ?? 0),
          )}
        </p>
      ))}
      <ZoomSays draft={draft} question={zoomQuestion(draft, minute.value * 60_000)} />
    </div>
  );
}
