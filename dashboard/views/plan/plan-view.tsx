import '../../styles/forms.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Broadcast } from '../../../src/client/index.ts';
import { problemText } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { nameOf } from '../../format.ts';
import { serverNow } from '../../live/clock.ts';
import { readBroadcast, zone } from '../../live/live.ts';
import { isWall, place } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { forms } from '../../texts/forms.ts';
import { plan } from '../../texts/plan.ts';
import type { ViewProps } from '../../views.ts';
import { emptyDraft, like } from './draft.ts';
import { EditForm } from './edit-form.tsx';
import { NewForm } from './new-form.tsx';

/** `#/new`; `#/new?edit=ID` edits a broadcast; `#/new?like=ID` starts from a copy of one; `meeting` fills in its number. */
export function PlanView(_props: ViewProps) {
  const { query } = place.value;
  const id = query.get('edit') ?? query.get('like');
  const read = useSignal<{ id: string; one: Broadcast } | null>(null);
  const problem = useSignal('');
  useEffect(() => {
    problem.value = '';
    if (id === null) return;
    readBroadcast(id).then(
      (one) => {
        read.value = { id, one };
      },
      (error: unknown) => {
        problem.value = problemText(error);
      },
    );
  }, [id]);
  if (isWall || !may('write')) return <p class="note">{forms.value.readOnly}</p>;
  if (problem.value !== '') return <p class="note bad">{problem.value}</p>;
  if (id !== null && read.value?.id !== id) return <p class="note">{common.value.loading}</p>;
  const one = id === null ? null : (read.value?.one ?? null);
  if (one !== null && query.has('edit')) {
    return (
      <section class="form-view">
        <h2>{plan.value.editTitle(nameOf(one))}</h2>
        <EditForm key={one.id} opened={one} />
      </section>
    );
  }
  const empty = { ...emptyDraft(serverNow(), zone()), meetingId: query.get('meeting') ?? '' };
  return (
    <section class="form-view">
      <h2>{plan.value.title}</h2>
      <NewForm key={id ?? ''} first={one === null ? empty : like(empty, one, zone())} />
    </section>
  );
}
