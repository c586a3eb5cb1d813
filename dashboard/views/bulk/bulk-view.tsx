import '../../styles/forms.css';
import './bulk.css';
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { BulkAnswer } from '../../../src/client/index.ts';
import { ApiError } from '../../../src/client/index.ts';
import { api, problemText, readAll, slowApi } from '../../api/api.ts';
import { RequestKey } from '../../api/request-key.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { numberText } from '../../format.ts';
import { serverNow } from '../../live/clock.ts';
import { put } from '../../live/records.ts';
import { selection } from '../../live/selection.ts';
import { isWall, place } from '../../router.ts';
import { bulk } from '../../texts/bulk.ts';
import { common } from '../../texts/common.ts';
import type { ViewProps } from '../../views.ts';
import { Outcome } from './outcome.tsx';
import { dayOf, filterOf, NEEDS, requestOf, type Wanted } from './request.ts';
import { WantedFields } from './wanted-fields.tsx';

/** `#/bulk`: acts on the selection, or on what a filter finds (its fields may be in the address). It shows a preview first. */
export function BulkView(_props: ViewProps) {
  if (isWall || !may('operate')) return <p class="note">{bulk.value.readOnly}</p>;
  return (
    <section class="form-view">
      <h2>{bulk.value.title}</h2>
      <BulkForm />
    </section>
  );
}

function firstWanted(): Wanted {
  const { query } = place.peek();
  const given = (name: string) => query.get(name) ?? '';
  const today = dayOf(serverNow());
  return {
    which: selection.peek().size > 0 ? 'selected' : 'matching',
    ...{ q: given('q'), label: given('label'), account: given('account'), status: given('status') },
    ...{ from: given('from') || today, to: given('to') || today },
    action: may('write') ? 'shift' : 'extend',
    minutes: 15,
  };
}

function BulkForm() {
  const texts = bulk.value;
  const wanted = useSignal(firstWanted());
  const answer = useSignal<BulkAnswer | null>(null);
  const problem = useSignal('');
  const busy = useSignal(false);
  const key = useMemo(() => new RequestKey(), []);
  const request = requestOf(wanted.value, selection.value);
  const change = (next: Wanted) => {
    wanted.value = next;
    // The preview was for a different request.
    answer.value = null;
    problem.value = '';
  };
  const look = async (note = '') => {
    busy.value = true;
    try {
      if (wanted.value.which === 'matching') await readMatching(wanted.value);
      answer.value = await slowApi.bulkBroadcasts({ body: { ...request, dryRun: true } });
      problem.value = note;
    } catch (error) {
      answer.value = null;
      problem.value = problemText(error);
    } finally {
      busy.value = false;
    }
  };
  const act = async (expect: number) => {
    try {
      const body = { ...request, expect };
      const done = await slowApi.bulkBroadcasts({ body, headers: key.of(body) });
      key.done();
      answer.value = done;
      return texts.did(numberText(done.changed.length), numberText(done.matched));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      await look(texts.outdated);
      throw new Error(texts.outdated);
    }
  };
  const planned = answer.value?.dryRun ? answer.value : null;
  const { action } = wanted.value;
  return (
    <form
      class="stacked"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy.value) void look();
      }}
    >
      <WantedFields wanted={wanted.value} onChange={change} />
      <div class="buttons">
        <button type="submit" class="act act-main" title={texts.showDoes} aria-disabled={busy.value}>
          {busy.value ? common.value.asked : texts.show}
        </button>
        {planned !== null && planned.changed.length > 0 && (
          <ActButton
            label={texts.doIt(texts.actions[action], numberText(planned.changed.length))}
            does={texts.doItDoes(texts.actions[action], numberText(planned.changed.length))}
            needs={NEEDS[action]}
            act={() => act(planned.matched)}
            tone="danger"
            asksFirst
          />
        )}
      </div>
      <p class="bad problem" role="alert">
        {problem.value}
      </p>
      {answer.value !== null && <Outcome answer={answer.value} />}
    </form>
  );
}

/** Load the broadcasts so that the preview can show their names. */
async function readMatching(wanted: Wanted): Promise<void> {
  const { from, to, q, label, account, status } = filterOf(wanted);
  const given = { from, to, q, label, account, status: status as never };
  const query = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  await readAll(
    (cursor) => api.listBroadcasts({ query: { ...query, limit: 1_000, cursor } }),
    ({ broadcasts }) => {
      put(broadcasts);
      return true;
    },
  );
}
