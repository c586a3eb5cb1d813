import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Broadcast } from '../../../src/client/index.ts';
import { api, fieldProblems, problemText } from '../../api/api.ts';
import { RequestKey } from '../../api/request-key.ts';
import { say } from '../../components/toasts.tsx';
import { useSending } from '../../components/use-sending.ts';
import { dayName, nameOf } from '../../format.ts';
import { timeWithPlace } from '../../format-words.ts';
import { serverNow } from '../../live/clock.ts';
import { zone } from '../../live/live.ts';
import { put } from '../../live/records.ts';
import { goTo } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { plan } from '../../texts/plan.ts';
import { isCorrected } from './corrected.ts';
import { type Draft, like, newBroadcast } from './draft.ts';
import { PlanFields } from './plan-fields.tsx';
import { preflight } from './preflight.ts';
import { PresetChoice } from './preset-choice.tsx';
import { lengthOf, withPreset } from './presets.ts';

/** How many of the latest broadcasts to search for earlier ones of each meeting. */
const EARLIER_FROM = 200;

export function NewForm({ first }: { first: Draft }) {
  const texts = plan.value;
  const draft = useSignal(first);
  const { problem, busy, submitting } = useSending();
  const key = useMemo(() => new RequestKey(), []);
  const sent = useRef(first);
  const create = async () => {
    sent.current = draft.value;
    const body = newBroadcast(draft.value);
    const created = await api.createBroadcast({ body, headers: key.of(body) });
    key.done();
    put([created]);
    say(texts.planned(nameOf(created), timeWithPlace(created.startAt, created.timezone ?? zone(), zone())));
    void preflight(created.id);
    goTo(`/broadcasts/${encodeURIComponent(created.id)}`);
  };
  const stillApplies = (path: string) => !isCorrected(path, sent.current, draft.value);
  const problems = fieldProblems(problem.value, stillApplies);
  return (
    <form class="stacked" onSubmit={submitting(create)}>
      <PresetChoice
        draft={draft.value}
        length={lengthOf(draft.value)}
        onChoose={(preset) => (draft.value = withPreset(draft.value, preset))}
      />
      <LikeEarlier onChoose={(earlier) => (draft.value = like(draft.value, earlier, zone()))} />
      <PlanFields draft={draft.value} self="" problems={problems} onChange={(next) => (draft.value = next)} />
      <p class="bad problem" role="alert">
        {problem.value === null ? '' : problemText(problem.value, stillApplies)}
      </p>
      <div class="buttons">
        <button type="submit" class="act act-main" aria-disabled={busy.value}>
          {busy.value ? common.value.asked : texts.planIt}
        </button>
      </div>
    </form>
  );
}

/** The last broadcast of each meeting, as a starting point for another one. */
function LikeEarlier({ onChoose }: { onChoose(earlier: Broadcast): void }) {
  const texts = plan.value;
  const earlier = useSignal<Broadcast[]>([]);
  useEffect(() => {
    const to = new Date(serverNow() + 366 * 86_400_000).toISOString();
    api.listBroadcasts({ query: { order: 'desc', to, limit: EARLIER_FROM } }).then(
      ({ broadcasts }) => {
        const lastOf = new Map<string, Broadcast>();
        for (const one of broadcasts) if (!lastOf.has(one.meetingId)) lastOf.set(one.meetingId, one);
        earlier.value = [...lastOf.values()];
      },
      // The form works without them.
      () => {},
    );
  }, []);
  if (earlier.value.length === 0) return null;
  return (
    <label class="field">
      {texts.preset}
      <select
        name="preset"
        onChange={({ currentTarget }) => {
          const chosen = earlier.value.find(({ id }) => id === currentTarget.value);
          if (chosen) onChoose(chosen);
        }}
      >
        <option value="">{texts.presetNone}</option>
        {earlier.value.map((one) => (
          <option key={one.id} value={one.id}>
            {nameOf(one)} · {one.meetingId} · {dayName(one.startAt)}
          </option>
        ))}
      </select>
      <small class="quiet">{texts.presetHint}</small>
    </label>
  );
}
