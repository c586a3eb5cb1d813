import { Field } from '../../components/field.tsx';
import { plan } from '../../texts/plan.ts';
import type { Draft } from './draft.ts';
import type { FieldsProps } from './plan-fields.tsx';

/** What viewers see: seldom changed, so it is folded away. */
export function ViewerFields({ draft, problems, set }: FieldsProps) {
  const texts = plan.value;
  return (
    <details>
      <summary>{texts.more}</summary>
      <div class="stacked">
        <Field label={texts.displayName} problem={problems['settings.displayName']}>
          {(attributes) => (
            <input
              {...attributes}
              name="displayName"
              maxLength={50}
              value={draft.displayName}
              onInput={({ currentTarget }) => set({ displayName: currentTarget.value })}
            />
          )}
        </Field>
        <Choice
          label={texts.layout}
          value={draft.layout ?? ''}
          from={texts.layouts}
          problem={problems['settings.layout']}
          onChoose={(layout) => set({ layout: layout as Draft['layout'] })}
        />
        <Choice
          label={texts.closeCaption}
          value={draft.closeCaption ?? ''}
          from={texts.closeCaptions}
          problem={problems['settings.closeCaption']}
          onChoose={(closeCaption) => set({ closeCaption: closeCaption as Draft['closeCaption'] })}
        />
        <Choice
          label={texts.activeSpeakerName}
          value={draft.activeSpeakerName}
          from={{ yes: texts.yes, no: texts.no }}
          problem={problems['settings.activeSpeakerName']}
          onChoose={(activeSpeakerName) => set({ activeSpeakerName: activeSpeakerName as Draft['activeSpeakerName'] })}
        />
      </div>
    </details>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  from: Record<string, string>;
  problem: string | undefined;
  onChoose(value: string): void;
}

function Choice({ label, value, from, problem, onChoose }: ChoiceProps) {
  return (
    <Field label={label} problem={problem}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
          <option value="">{plan.value.asZoom}</option>
          {Object.entries(from).map(([one, text]) => (
            <option key={one} value={one}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
