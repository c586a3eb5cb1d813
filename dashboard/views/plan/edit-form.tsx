import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Broadcast } from '../../../src/client/index.ts';
import { api, fieldProblems, isStale, problemText } from '../../api/api.ts';
import { say } from '../../components/toasts.tsx';
import { useSending } from '../../components/use-sending.ts';
import { nameOf } from '../../format.ts';
import { readBroadcast, zone } from '../../live/live.ts';
import { put, recordOf } from '../../live/records.ts';
import { goTo, hrefTo, hrefToBroadcast } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { plan } from '../../texts/plan.ts';
import { isCorrected } from './corrected.ts';
import { changeOf, draftOf } from './draft.ts';
import { PlanFields } from './plan-fields.tsx';
import { preflight } from './preflight.ts';

/** Edits the version from when the form was opened. If someone else changed it since, it says so and saves nothing. */
export function EditForm({ opened }: { opened: Broadcast }) {
  const texts = plan.value;
  const seen = useSignal(opened);
  const draft = useSignal(draftOf(opened, zone()));
  const sent = useRef(draft.value);
  const { problem, busy, submitting } = useSending();
  const stillApplies = (path: string) => !isCorrected(path, sent.current, draft.value);
  const newest = recordOf(opened.id)?.value ?? seen.value;
  const stale = newest.revision !== seen.value.revision && !busy.value;
  const takeTheirs = () => {
    seen.value = newest;
    draft.value = draftOf(newest, zone());
    problem.value = null;
  };
  const save = async ({ id, revision }: Broadcast, body: ReturnType<typeof changeOf>) => {
    sent.current = draft.value;
    try {
      const changed = await api.changeBroadcast({ path: { id }, headers: { 'If-Match': `"${revision}"` }, body });
      put([changed]);
      say(texts.saved(nameOf(changed)));
      if (changed.status === 'scheduled') void preflight(id);
      goTo(`/broadcasts/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!isStale(error)) throw error;
      await readBroadcast(id);
    }
  };
  const send = (event: Event) => {
    const body = changeOf(draft.value, draftOf(seen.value, zone()));
    if (busy.value || Object.keys(body).length > 0) return submitting(() => save(seen.value, body))(event);
    event.preventDefault();
    say(texts.nothing);
  };
  return (
    <form class="stacked" onSubmit={send}>
      {opened.seriesId !== null && <OfSeries id={opened.id} seriesId={opened.seriesId} />}
      <PlanFields
        draft={draft.value}
        self={opened.id}
        problems={fieldProblems(problem.value, stillApplies)}
        onChange={(next) => (draft.value = next)}
      />
      <div role="alert">
        {stale && (
          <p class="stale">
            {texts.stale}{' '}
            <button type="button" class="act" onClick={takeTheirs}>
              {texts.takeTheirs}
            </button>
          </p>
        )}
        {problem.value !== null && <p class="bad problem">{problemText(problem.value, stillApplies)}</p>}
      </div>
      <div class="buttons">
        <button type="submit" class="act act-main" aria-disabled={busy.value}>
          {busy.value ? common.value.asked : texts.save}
        </button>
        <a class="act" href={hrefToBroadcast(opened.id)}>
          {common.value.cancel}
        </a>
      </div>
    </form>
  );
}

/** For part of a series: this one, this and the following, or all. */
function OfSeries({ id, seriesId }: { id: string; seriesId: string }) {
  const texts = plan.value;
  return (
    <p class="of-series">
      {texts.ofSeries} <a href={hrefTo('/new-series', { edit: seriesId, at: id })}>{texts.andFollowing}</a> ·{' '}
      <a href={hrefTo('/new-series', { edit: seriesId })}>{texts.allOfSeries}</a>
    </p>
  );
}
