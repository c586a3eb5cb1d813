import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../../api/api.ts';
import { Field } from '../../components/field.tsx';
import { LocalTimeField } from '../../components/local-time-field.tsx';
import { ZoneField } from '../../components/zone-field.tsx';
import { lengthText, nameOf, timeNear } from '../../format.ts';
import { momentOf } from '../../local-moment.ts';
import { common } from '../../texts/common.ts';
import { plan } from '../../texts/plan.ts';
import { useConflicts } from './conflicts.ts';
import { type Draft, withStart } from './draft.ts';
import { ViewerFields } from './viewer-fields.tsx';

interface PlanFieldsProps {
  draft: Draft;
  /** Id of the broadcast that is edited; empty: a new one. */
  self: string;
  /** Path of a field → what is wrong with it. */
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
      <Field label={texts.labels} hint={texts.labelsHint} problem={problems['labels']}>
        {(attributes) => (
          <input
            {...attributes}
            name="labels"
            value={draft.labels}
            onInput={({ currentTarget }) => set({ labels: currentTarget.value })}
          />
        )}
      </Field>
      <ViewerFields draft={draft} problems={problems} set={set} />
    </>
  );
}

export interface FieldsProps {
  draft: Draft;
  problems: Record<string, string>;
  set(change: Partial<Draft>): void;
}

function MeetingFields({ draft, problems, set }: FieldsProps) {
  const texts = plan.value;
  return (
    <>
      <Field label={texts.meeting} problem={problems['meetingId']}>
        {(attributes) => (
          <input
            {...attributes}
            name="meetingId"
            required
            inputMode="numeric"
            autocomplete="off"
            value={draft.meetingId}
            onInput={({ currentTarget }) => set({ meetingId: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={texts.broadcastTitle} problem={problems['title']}>
        {(attributes) => (
          <input
            {...attributes}
            name="title"
            value={draft.title}
            onInput={({ currentTarget }) => set({ title: currentTarget.value })}
          />
        )}
      </Field>
      <Field label={texts.kind} problem={problems['kind']}>
        {(attributes) => (
          <select
            {...attributes}
            name="kind"
            value={draft.kind}
            onChange={({ currentTarget }) => set({ kind: currentTarget.value as Draft['kind'] })}
          >
            <option value="meeting">{texts.kinds.meeting}</option>
            <option value="webinar">{texts.kinds.webinar}</option>
          </select>
        )}
      </Field>
      <AccountField draft={draft} problems={problems} set={set} />
    </>
  );
}

/** Only where there is more than one to choose from. */
function AccountField({ draft, problems, set }: FieldsProps) {
  const names = useSignal<string[]>([]);
  useEffect(() => {
    api.listAccounts().then(
      ({ accounts }) => {
        names.value = accounts.map(({ name }) => name);
      },
      // The API chooses, or says that one is needed.
      () => {},
    );
  }, []);
  if (names.value.length < 2 && problems['account'] === undefined) return null;
  return (
    <Field label={plan.value.account} problem={problems['account']}>
      {(attributes) => (
        <select
          {...attributes}
          name="account"
          value={draft.account}
          onChange={({ currentTarget }) => set({ account: currentTarget.value })}
        >
          <option value="">–</option>
          {names.value.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

/** How long it lasts, and what is in its way: said while one types. */
function TimesSummary({ draft, self }: { draft: Draft; self: string }) {
  const texts = plan.value;
  const start = momentOf(draft.start, draft.zone, draft.startRepeated);
  const stop = draft.stop === '' ? null : momentOf(draft.stop, draft.zone, draft.stopRepeated);
  const conflicts = useConflicts(draft.meetingId, start, stop, self);
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
    </div>
  );
}
