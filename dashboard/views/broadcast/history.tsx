import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Broadcast, HistoryEntry } from '../../../src/client/index.ts';
import { api, problemText } from '../../api/api.ts';
import { apiWords } from '../../api-words.ts';
import { TableHead } from '../../components/table-head.tsx';
import { fullTime, localTimes } from '../../format.ts';
import { UNDERWAY } from '../../live/reading.ts';
import { broadcastTexts } from '../../texts/broadcast.ts';
import { common } from '../../texts/common.ts';
import { changedIn, valueText } from './changed.ts';

/** While something is in progress, requests appear in the history without a change of the record, ms. */
const POLL_MS = 3_000;

/** Everything that happened, oldest first. Read again after every change. */
export function History({ one }: { one: Broadcast }) {
  const texts = broadcastTexts.value;
  const entries = useSignal<HistoryEntry[] | null>(null);
  const problem = useSignal<string | null>(null);
  const { id, updatedAt, status } = one;
  useEffect(() => {
    let left = false;
    const read = async () => {
      try {
        const { history } = await api.getBroadcastHistory({ path: { id } });
        // A new array redraws every line, so set it only when there is something new.
        if (!left && JSON.stringify(history) !== JSON.stringify(entries.peek())) entries.value = history;
        problem.value = null;
      } catch (error) {
        problem.value = problemText(error);
      }
    };
    void read();
    const timer = UNDERWAY.includes(status) ? setInterval(() => void read(), POLL_MS) : undefined;
    return () => {
      left = true;
      clearInterval(timer);
    };
  }, [id, updatedAt, status]);
  return (
    <section aria-label={texts.history}>
      <h3>{texts.history}</h3>
      {problem.value !== null && <p class="bad">{problem.value}</p>}
      <table class="history">
        <TableHead names={[texts.when, texts.what, texts.why, texts.who]} />
        <tbody>
          {(entries.value ?? []).map((entry, i) => (
            <tr key={i}>
              <td>
                <time dateTime={entry.at}>{fullTime(entry.at)}</time>
              </td>
              <td>{changeText(entry)}</td>
              <td>
                <Why entry={entry} />
              </td>
              <td class="quiet">{entry.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The reason and Zoom's answer, or for a changed plan the old and new values. */
function Why({ entry }: { entry: HistoryEntry }) {
  const changed = changedIn(entry);
  const names: Record<string, string> = broadcastTexts.value.fields;
  // The values say more than a reason such as `changed startAt, stopAt`.
  const reason = changed.length > 0 && entry.reason?.startsWith('changed ') ? null : entry.reason;
  return (
    <>
      {[reason && apiWords(reason), localTimes(answerText(entry))].filter(Boolean).join(' · ')}
      {changed.map(({ field, after, ...former }) => (
        <div key={field}>
          {names[field] ?? field}: {'before' in former && `${shown(former.before)} → `}
          <strong>{shown(after)}</strong>
        </div>
      ))}
    </>
  );
}

function shown(value: unknown): string {
  const { none, yes, no } = broadcastTexts.value;
  return valueText(value, { none, yes, no, time: localTimes });
}

/** An entry without a previous status, or without any, shows its type. */
function changeText({ type, from, to }: HistoryEntry): string {
  const words = common.value.status;
  const types: Record<string, string> = broadcastTexts.value.types;
  const word = types[type] ?? type.replaceAll('_', ' ');
  if (to === null || from === to) return word;
  return from === null ? `${word}: ${words[to]}` : `${words[from]} → ${words[to]}`;
}

/** The request and Zoom's answer, or that there was none. */
function answerText({ request, answer }: HistoryEntry): string {
  const sent = request as { method?: string } | null;
  const got = answer as { status?: number; code?: number; message?: string; trackingId?: string } | null;
  if (got === null) return sent?.method ? broadcastTexts.value.noAnswer : '';
  const parts = [got.status && `HTTP ${got.status}`, got.code && `code ${got.code}`, got.message];
  return parts.filter(Boolean).join(' ');
}
