import { LocalTimeField } from '../../components/local-time-field.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { plan } from '../../texts/plan.ts';
import { series } from '../../texts/series.ts';
import { MeetingFields } from '../plan/meeting-fields.tsx';
import { ChoiceInput, LinesInput, type PartProps, TextInput } from '../plan/template-inputs.tsx';
import { DestinationFields, Folded, RunFields, ViewerFields } from '../plan/viewer-fields.tsx';
import { DAYS, type SeriesDraft } from './series-draft.ts';
import type { Calendar } from './series-preview.ts';

type PartOfSeries = PartProps<SeriesDraft>;

interface SeriesFieldsProps extends PartOfSeries {
  /** The start is fixed: the form continues from an occurrence. */
  fixedStart: boolean;
  calendars: readonly Calendar[];
}

export function SeriesFields({ fixedStart, calendars, ...part }: SeriesFieldsProps) {
  const { draft, problems, set } = part;
  const texts = series.value;
  return (
    <>
      <MeetingFields {...part} />
      <div class="times">
        <LocalTimeField
          label={texts.first}
          name="start"
          required
          disabled={fixedStart}
          value={draft.start}
          zone={draft.zone}
          repeated={draft.repeatedTimes}
          problem={problems['startAt']}
          onChange={(start) => set({ start })}
          onRepeated={(repeatedTimes) => repeatedTimes !== '' && set({ repeatedTimes })}
        />
        <ZoneField value={draft.zone} problem={problems['timezone']} onChange={(zone) => set({ zone })} />
        <EndFields {...part} />
      </div>
      <RepeatFields {...part} />
      <SkipFields {...part} calendars={calendars} />
      <TimingFields {...part} />
      <TextInput {...part} name="labels" label={plan.value.labels} hint={plan.value.labelsHint} />
      <ViewerFields {...part} />
      <DestinationFields {...part} />
      <RunFields {...part} />
    </>
  );
}

function EndFields(part: PartOfSeries) {
  const texts = series.value;
  return (
    <>
      <ChoiceInput {...part} name="ends" label={texts.ends} from={texts.endsBy} />
      {part.draft.ends === 'length' ? (
        <TextInput {...part} name="length" path="duration" label={texts.length} hint={texts.lengthHint} />
      ) : (
        <TextInput {...part} name="stopTime" label={texts.stopTime} hint={texts.stopTimeHint} type="time" required />
      )}
    </>
  );
}

function RepeatFields(part: PartOfSeries) {
  const texts = series.value;
  const { repeat } = part.draft;
  return (
    <>
      <ChoiceInput {...part} name="repeat" label={texts.repeat} from={texts.repeats} />
      {repeat === 'WEEKLY' && <DayBoxes {...part} />}
      {repeat === 'own' ? (
        <TextInput {...part} name="rule" label={texts.rule} required />
      ) : (
        <TextInput {...part} name="last" path="rule" label={texts.last} hint={texts.lastHint} type="date" />
      )}
    </>
  );
}

function DayBoxes({ draft, set }: PartOfSeries) {
  const texts = series.value;
  const days = Object.fromEntries(DAYS.map((day) => [day, texts.days[day] ?? day]));
  return (
    <Boxes
      legend={texts.repeats.WEEKLY}
      from={days}
      checked={draft.days}
      onChange={(chosen) => set({ days: chosen })}
    />
  );
}

/** Times and days to leave out, and extra times. */
function SkipFields({ calendars, ...part }: PartOfSeries & { calendars: readonly Calendar[] }) {
  const texts = series.value;
  const { draft, problems, set } = part;
  // Also lists calendars that the series names but that no longer exist, so that they can be removed.
  const names = [...new Set([...calendars.map(({ name }) => name), ...draft.skipCalendars])].sort();
  const isOpen = draft.exceptions !== '' || draft.additions !== '';
  return (
    <>
      {names.length > 0 && (
        <Boxes
          legend={texts.skipCalendars}
          from={Object.fromEntries(names.map((name) => [name, name]))}
          checked={draft.skipCalendars}
          onChange={(skipCalendars) => set({ skipCalendars })}
        />
      )}
      {problems['skipCalendars'] !== undefined && <p class="bad">{problems['skipCalendars']}</p>}
      <Folded title={texts.dates} isOpen={isOpen || 'exceptions' in problems || 'additions' in problems}>
        <LinesInput {...part} name="exceptions" label={texts.exceptions} hint={texts.exceptionsHint} />
        <LinesInput {...part} name="additions" label={texts.additions} hint={texts.additionsHint} />
      </Folded>
    </>
  );
}

/** Minutes before and after, and the handling of clock changes. */
function TimingFields(part: PartOfSeries) {
  const texts = series.value;
  const { lead, tail, skippedTimes, repeatedTimes } = part.draft;
  const isOpen = lead !== '' || tail !== '' || skippedTimes !== 'after' || repeatedTimes !== 'first';
  return (
    <Folded title={texts.timing} isOpen={isOpen}>
      <TextInput {...part} name="lead" path="leadMinutes" label={texts.lead} type="number" />
      <TextInput {...part} name="tail" path="tailMinutes" label={texts.tail} type="number" />
      <ChoiceInput
        {...part}
        name="skippedTimes"
        path="onClockChange.skipped"
        label={texts.skippedTimes}
        from={texts.skippedBy}
      />
      <ChoiceInput
        {...part}
        name="repeatedTimes"
        path="onClockChange.repeated"
        label={texts.repeatedTimes}
        from={texts.repeatedBy}
      />
    </Folded>
  );
}

interface BoxesProps {
  legend: string;
  /** Value → its text, in order. */
  from: Record<string, string>;
  checked: string[];
  onChange(checked: string[]): void;
}

function Boxes({ legend, from, checked, onChange }: BoxesProps) {
  const toggle = (one: string) =>
    onChange(checked.includes(one) ? checked.filter((other) => other !== one) : [...checked, one]);
  return (
    <fieldset class="days">
      <legend>{legend}</legend>
      {Object.entries(from).map(([one, text]) => (
        <label key={one}>
          <input type="checkbox" name={one} checked={checked.includes(one)} onChange={() => toggle(one)} /> {text}
        </label>
      ))}
    </fieldset>
  );
}
