import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { components } from '../../../src/client/index.ts';
import { api, problemText, slowApi } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { sourceWords } from '../../api-words.ts';
import { ActButton } from '../../components/act-button.tsx';
import { numberText, timeNear } from '../../format.ts';
import { serverNow } from '../../live/clock.ts';
import { isWall } from '../../router.ts';
import { sources } from '../../texts/sources.ts';
import { FileDrop, type GivenFile } from './file-drop.tsx';
import { countsText, PlanOfSync, type SyncPlan } from './plan-of-sync.tsx';

export type Source = components['schemas']['Source'];

interface SourceCardProps {
  source: Source;
  /** The file to preview first. */
  first: GivenFile | null;
  onDone(): Promise<void>;
}

/** One source: its state, the result of its last sync, and its actions. */
export function SourceCard({ source, first, onDone }: SourceCardProps) {
  const texts = sources.value;
  const plan = useSignal<SyncPlan | null>(null);
  const file = useSignal<GivenFile | null>(null);
  const problem = useSignal('');
  const { name, url, paused } = source;
  const path = { name };
  const show = async (asked: Promise<SyncPlan>) => {
    problem.value = '';
    file.value = null;
    try {
      plan.value = await asked;
    } catch (error) {
      problem.value = problemText(error);
    }
  };
  const sync = async (body: components['schemas']['Sync']) => {
    const done = await slowApi.syncSource({ path, body });
    plan.value = done;
    if (!done.braked) file.value = null;
    await onDone();
    if (done.braked) throw new Error(done.reason === null ? texts.braked : sourceWords(done.reason));
    return texts.synced(name, countsText(done.counts));
  };
  const look = async (given: GivenFile) => {
    await show(slowApi.syncSource({ path, body: { ...given.sent, dryRun: true } }));
    if (problem.value === '') file.value = given;
  };
  useEffect(() => {
    if (first !== null) void look(first);
  }, [first]);
  const remove = async () => {
    await api.deleteSource({ path });
    await onDone();
    return texts.removed(name);
  };
  const setPaused = async () => {
    await api.changeSource({ path, body: { paused: !paused } });
    await onDone();
    return texts.done(name, !paused);
  };
  const given = file.value;
  const last = () => void show(api.planSource({ path, query: { last: true } }));
  return (
    <li class="card" data-line="" tabIndex={-1}>
      <Facts source={source} />
      <div class="buttons">
        {source.readAt !== null && <Look label={texts.lastPlan} does={texts.lastPlanDoes} onClick={last} />}
        {(url !== null || source.kind === 'zoom') && (
          <>
            <Look label={texts.plan} does={texts.planDoes} onClick={() => void show(slowApi.planSource({ path }))} />
            <ActButton label={texts.sync} does={texts.syncDoes(name)} needs="write" act={() => sync({})} />
            <ActButton
              label={paused ? texts.resume : texts.pause}
              does={paused ? texts.resumeDoes(name) : texts.pauseDoes(name)}
              needs="write"
              act={setPaused}
            />
          </>
        )}
        {given !== null && plan.value !== null && (
          <ActButton
            label={texts.apply(countsText(plan.value.counts))}
            does={texts.applyDoes(given.name, name)}
            needs="write"
            act={() => sync(given.sent)}
            tone="main"
            asksFirst
          />
        )}
        {plan.value?.braked && (
          <ActButton
            label={texts.force}
            does={texts.forceDoes(name)}
            needs="write"
            act={() => sync({ ...given?.sent, force: true })}
            tone="danger"
            asksFirst
          />
        )}
        <ActButton
          label={texts.remove}
          does={texts.removeDoes(name)}
          needs="write"
          act={remove}
          tone="danger"
          asksFirst
        />
      </div>
      {!isWall && may('write') && source.kind !== 'zoom' && (
        <FileDrop label={texts.drop} onFile={(dropped) => void look(dropped)} />
      )}
      <p class="bad problem" role="alert">
        {problem.value}
      </p>
      {plan.value !== null && <PlanOfSync plan={plan.value} />}
    </li>
  );
}

function Look({ label, does, onClick }: { label: string; does: string; onClick(): void }) {
  return (
    <button type="button" class="act" title={does} onClick={onClick}>
      {label}
    </button>
  );
}

function Facts({ source }: { source: Source }) {
  const texts = sources.value;
  const { name, kind, url, counts, problem, paused, braked, readAt, nextAt, progress } = source;
  const now = serverNow();
  return (
    <>
      <h3>
        {name} {paused && <span class="tag">{texts.paused}</span>}
      </h3>
      <p class="quiet">
        {kind === 'zoom' ? 'Zoom' : `${texts.kinds[kind]} · ${url ?? texts.files}`} ·{' '}
        {readAt === null ? texts.never : texts.readAt(timeNear(readAt, now))}
        {nextAt !== null && !paused && ` · ${texts.nextAt(timeNear(nextAt, now))}`}
        {counts !== null && ` · ${countsText(counts)}`}
        {progress !== null && ` · ${texts.underway(numberText(progress.done), numberText(progress.total))}`}
      </p>
      {problem !== null && <p class="bad">{sourceWords(problem)}</p>}
      {braked && problem === null && <p class="bad">{texts.braked}</p>}
    </>
  );
}
