import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../../src/client/index.ts';
import { problemText } from '../api/api.ts';
import { beginSession } from '../api/session.ts';
import { signIn } from '../api/session-state.ts';
import { common } from '../texts/common.ts';

export function SignIn() {
  const texts = common.value.signIn;
  const field = useRef<HTMLInputElement>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => field.current?.focus(), []);
  const send = async (event: Event) => {
    event.preventDefault();
    const input = field.current;
    if (!input) return;
    try {
      await beginSession(input.value.trim());
    } catch (error) {
      const isWrong = error instanceof ApiError && error.status === 401;
      problem.value = isWrong ? texts.invalid : problemText(error);
    } finally {
      // Clear the key whatever the outcome.
      input.value = '';
    }
  };
  return (
    <main class="sign-in">
      <h1>{texts.title}</h1>
      {signIn.value === 'again' && <p role="status">{texts.ended}</p>}
      <form onSubmit={(event) => void send(event)}>
        <label for="key">{texts.key}</label>
        <input
          id="key"
          ref={field}
          type="password"
          autocomplete="off"
          required
          aria-describedby="key-problem key-why"
        />
        <button type="submit" class="act act-main">
          {texts.submit}
        </button>
        <p id="key-problem" class="bad" role="alert">
          {problem.value}
        </p>
        <p id="key-why" class="quiet">
          {texts.why}
        </p>
      </form>
    </main>
  );
}
