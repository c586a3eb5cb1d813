import { effect, useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { problemText } from './api/api.ts';
import { readSession } from './api/session.ts';
import { session, signIn } from './api/session-state.ts';
import { Announcer } from './components/announcer.tsx';
import { Banner, Header } from './components/frame.tsx';
import { HelpDialog } from './components/help-dialog.tsx';
import { SignIn } from './components/sign-in.tsx';
import { Toasts } from './components/toasts.tsx';
import { helpShown } from './keyboard.ts';
import { startLive, stopLive } from './live/live.ts';
import { hrefTo, isWall, place } from './router.ts';
import { common } from './texts/common.ts';
import { type View, type ViewProps, viewOf } from './views.ts';

/** Delay before the page asks again who is signed in, after the API did not answer, ms. */
const ASK_AGAIN_MS = 2_000;

// Follows events only while someone is signed in who may read them.
effect(() => {
  if (session.value === null) stopLive();
  else startLive();
});

export function App() {
  const unreachable = useSignal<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        await readSession();
        unreachable.value = null;
      } catch (error) {
        unreachable.value = problemText(error);
        timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
      }
    };
    void ask();
    return () => clearTimeout(timer);
  }, []);
  if (signIn.value !== 'no') return <SignIn />;
  if (session.value === null) {
    const text = unreachable.value === null ? common.value.connecting : common.value.cannotRead(unreachable.value);
    return (
      <p class="note" role="status">
        {text}
      </p>
    );
  }
  return (
    <>
      {!isWall && (
        <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
          {common.value.skip}
        </button>
      )}
      <Header />
      <Banner />
      <main id="main" tabIndex={-1}>
        <CurrentView />
      </main>
      <Toasts />
      <Announcer />
      {helpShown.value && <HelpDialog />}
    </>
  );
}

function CurrentView() {
  const found = viewOf(place.value.path);
  const name = found ? common.value.views[found.view.name] : null;
  useTitle(name);
  if (!found) {
    return (
      <p class="note">
        {common.value.notFound} <a href={hrefTo('/')}>{common.value.toRundown}</a>
      </p>
    );
  }
  const Drawn = found.view.view;
  if (Drawn) return <Drawn key={found.id} id={found.id} />;
  return <LoadedView key={found.view.path + found.id} view={found.view} id={found.id} />;
}

/** Announce a new view by its title and move the focus to its start, except for the first view. */
function useTitle(name: string | null): void {
  const first = useRef(true);
  useEffect(() => {
    document.title = name === null ? 'livestream-scheduler' : `${name} · livestream-scheduler`;
    if (!first.current) document.getElementById('main')?.focus({ preventScroll: true });
    first.current = false;
  }, [name]);
}

function LoadedView({ view, id }: { view: View } & ViewProps) {
  // Wrapped in an object: a signal would call a component that is set as its value.
  const drawn = useSignal<{ View: ComponentType<ViewProps> } | null>(null);
  const problem = useSignal<string | null>(null);
  const load = () => {
    problem.value = null;
    view.load?.().then(
      (View) => {
        drawn.value = { View };
      },
      (error: unknown) => {
        problem.value = problemText(error);
      },
    );
  };
  useEffect(load, []);
  if (problem.value !== null) {
    return (
      <p class="note" role="alert">
        {common.value.viewFailed(problem.value)}{' '}
        <button type="button" class="act" onClick={load}>
          {common.value.tryAgain}
        </button>
      </p>
    );
  }
  if (drawn.value === null) return <p class="note">{common.value.loading}</p>;
  const { View } = drawn.value;
  return <View id={id} />;
}
