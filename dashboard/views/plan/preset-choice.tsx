import { useSignal } from '@preact/signals';
import { problemText } from '../../api/api.ts';
import { say } from '../../components/toasts.tsx';
import { plan } from '../../texts/plan.ts';
import { added, MAX_NAME, type Preset, presetOf, presetsText, readPresets, removed } from './presets.ts';
import type { TemplateDraft } from './template-draft.ts';

/** Key in the browser's storage. */
const KEPT_AS = 'livestream-presets';

interface PresetChoiceProps {
  draft: TemplateDraft & { zone: string };
  /** From start to stop, ms; null: without a stop. */
  length: number | null;
  onChoose(preset: Preset): void;
}

/** Presets kept in this browser: choose one, delete one, or save the form as one. */
export function PresetChoice({ draft, length, onChoose }: PresetChoiceProps) {
  const texts = plan.value;
  const presets = useSignal<readonly Preset[]>(kept());
  const chosen = useSignal('');
  const choose = (name: string) => {
    chosen.value = name;
    const found = presets.value.find((one) => one.name === name);
    if (found) onChoose(found);
  };
  const save = (name: string) => {
    const one = presetOf(name, draft, length);
    if (!keep(presets, (all) => added(all, one))) return;
    chosen.value = one.name;
    say(texts.ownPresetSaved(one.name));
  };
  const remove = () => {
    const name = chosen.value;
    if (!keep(presets, (all) => removed(all, name))) return;
    chosen.value = '';
    say(texts.ownPresetDeleted(name));
  };
  return (
    <div class="field">
      {presets.value.length > 0 && (
        <label>
          {texts.ownPreset}
          <select name="ownPreset" value={chosen.value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            <option value="">{texts.ownPresetNone}</option>
            {presets.value.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {chosen.value !== '' && (
        <button type="button" class="act" onClick={remove}>
          {texts.deleteOwnPreset(chosen.value)}
        </button>
      )}
      <NewPreset onSave={save} />
    </div>
  );
}

function NewPreset({ onSave }: { onSave(name: string): void }) {
  const texts = plan.value;
  const name = useSignal('');
  const save = () => {
    if (name.value.trim() === '') return;
    onSave(name.value);
    name.value = '';
  };
  return (
    <details>
      <summary>{texts.newPreset}</summary>
      <div class="stacked">
        <label>
          {texts.newPresetName}
          <input
            name="presetName"
            autocomplete="off"
            maxLength={MAX_NAME}
            value={name.value}
            onInput={({ currentTarget }) => (name.value = currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              // Only these fields, not the whole form.
              event.preventDefault();
              save();
            }}
          />
          <small class="quiet">{texts.newPresetHint}</small>
        </label>
        <div class="buttons">
          <button type="button" class="act" onClick={save}>
            {texts.savePreset}
          </button>
        </div>
      </div>
    </details>
  );
}

/** Changes the stored presets: another tab may have saved one since. False: the browser refused to store it, and the user has been told. */
function keep(presets: { value: readonly Preset[] }, change: (all: readonly Preset[]) => Preset[]): boolean {
  try {
    const next = change(kept());
    localStorage.setItem(KEPT_AS, presetsText(next));
    presets.value = next;
    return true;
  } catch (error) {
    say(plan.peek().presetNotKept(problemText(error)), 'failed');
    return false;
  }
}

function kept(): Preset[] {
  try {
    return readPresets(localStorage.getItem(KEPT_AS));
  } catch {
    // The browser does not let this page store anything.
    return [];
  }
}
