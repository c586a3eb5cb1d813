import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { problemText } from '../../api/api.ts';
import { say } from '../../components/toasts.tsx';
import { clockTime, fullTime, numberText } from '../../format.ts';
import { minute } from '../../live/clock.ts';
import { loaded, loadOn } from '../../live/live.ts';
import { isWall } from '../../router.ts';
import { rundown } from '../../texts/rundown.ts';
import { Filters } from './filters.tsx';
import { parts } from './rundown-list.ts';
import { RundownRow } from './rundown-row.tsx';
import { SelectionBar } from './selection-bar.tsx';
import './rundown.css';

/** Rows shown at first before and after the now-line, and added with each click. */
const EARLIER = isWall ? 3 : 5;
const LATER = isWall ? 12 : 100;
const MORE = 100;

export function RundownView() {
  const texts = rundown.value;
  const earlier = useSignal(EARLIER);
  const later = useSignal(LATER);
  const { ran, underway, comes } = parts.value;
  const ranShown = ran.slice(-earlier.value);
  const comesShown = comes.slice(0, later.value);
  const all = ran.length + underway.length + comes.length;
  const shown = ranShown.length + underway.length + comesShown.length;
  const inOrder = useMemo(() => [...ran, ...underway, ...comes], [ran, underway, comes]);
  const rows = (ids: readonly string[], first: string | undefined) =>
    ids.map((id) => <RundownRow key={id} id={id} inOrder={inOrder} isNext={id === first} />);
  const first = underway[0] ?? comes[0];
  return (
    <div class="rundown">
      <h2 class="unseen">{texts.title}</h2>
      {!isWall && <Filters />}
      <p class="quiet rundown-count" role="status">
        {texts.shown(numberText(shown), numberText(all))}
        {!loaded.value.complete && ` · ${texts.loadingRest}`}
      </p>
      {ran.length > ranShown.length && !isWall && (
        <button type="button" class="more" onClick={() => (earlier.value += MORE)}>
          {texts.earlier(
            numberText(Math.min(MORE, ran.length - ranShown.length)),
            numberText(ranShown.length),
            numberText(ran.length),
          )}
        </button>
      )}
      <Rows name={texts.ran}>{rows(ranShown, first)}</Rows>
      <Rows name={texts.underway}>{rows(underway, first)}</Rows>
      {underway.length === 0 && <p class="empty">{texts.nothingUnderway}</p>}
      <p class="now-line">
        <span>{texts.nowLine(clockTime(minute.value * 60_000))}</span>
      </p>
      <Rows name={texts.comes}>{rows(comesShown, first)}</Rows>
      {comes.length > comesShown.length && !isWall && (
        <button type="button" class="more" onClick={() => (later.value += MORE)}>
          {texts.later(
            numberText(Math.min(MORE, comes.length - comesShown.length)),
            numberText(comesShown.length),
            numberText(comes.length),
          )}
        </button>
      )}
      <End isEmpty={comes.length === 0} />
      <SelectionBar inOrder={inOrder} />
    </div>
  );
}

function Rows({ name, children }: { name: string; children: preact.ComponentChildren[] }) {
  if (children.length === 0) return null;
  return (
    <section aria-label={name}>
      <h3 class="part">{name}</h3>
      <ol class="rows">{children}</ol>
    </section>
  );
}

/** Says how far it is loaded and offers more: the list never just ends. */
function End({ isEmpty }: { isEmpty: boolean }) {
  const texts = rundown.value;
  const busy = useSignal(false);
  const { to, complete } = loaded.value;
  if (!complete) return null;
  const load = async () => {
    busy.value = true;
    await loadOn().catch((error: unknown) => say(problemText(error), 'failed'));
    busy.value = false;
  };
  return (
    <p class="quiet">
      {isEmpty && `${texts.nothingNext} `}
      {texts.loadedTo(fullTime(to))}{' '}
      {!isWall && (
        <button type="button" class="act" disabled={busy.value} onClick={() => void load()}>
          {texts.loadNext}
        </button>
      )}
    </p>
  );
}
