import { errorWords } from '../../api-words.ts';
import { spanWords } from '../../format-words.ts';
import { minute } from '../../live/clock.ts';
import { placeName } from '../../local-moment.ts';
import { forms } from '../../texts/forms.ts';
import { series } from '../../texts/series.ts';
import { ZoomSays } from '../plan/zoom-says.tsx';
import { noteWords } from './note-words.ts';
import { ruleWords } from './rule-words.ts';
import type { SeriesDraft } from './series-draft.ts';
import { type Calendar, nextQuestion, previewOf } from './series-preview.ts';

/** The rule in words, the next ten occurrences, and the effect of the next two clock changes, while the user types. */
export function PreviewOf({ draft, calendars }: { draft: SeriesDraft; calendars: readonly Calendar[] }) {
  const texts = series.value;
  const now = minute.value * 60_000;
  const preview = previewOf(draft, now, calendars);
  if (preview === null) return null;
  if ('issue' in preview) {
    return (
      <p class="bad" role="status">
        {errorWords('validation_failed', preview.issue)}
      </p>
    );
  }
  return (
    <section class="summary" aria-label={texts.next}>
      <p role="status">
        <strong>{ruleWords(preview.timing)}</strong>
      </p>
      <h3>{texts.next}</h3>
      {preview.occurrences.length === 0 && <p class="empty">{texts.noOccurrence}</p>}
      <ol class="occurrences">
        {preview.occurrences.map((one) => (
          <li key={one.local}>
            {whenText(one.startAt, draft.zone, one.stopAt)} {one.note !== null && <em>{noteWords(one.note)}</em>}
          </li>
        ))}
      </ol>
      {preview.afterChange.map((one) => (
        <p key={one.local} class="quiet">
          {texts.clockChange} {whenText(one.startAt, draft.zone)}
        </p>
      ))}
      {preview.leftOut.length > 0 && <h3>{texts.leftOut}</h3>}
      <ul>
        {preview.leftOut.map(({ local, note }) => (
          <li key={local}>
            {local.slice(0, 16).replace('T', ' ')}: {noteWords(note)}
          </li>
        ))}
      </ul>
      {draft.skipCalendars.length > 0 && <p class="quiet">{texts.calendarsLater}</p>}
      <h3>{texts.zoomOfNext}</h3>
      <ZoomSays draft={draft} question={nextQuestion(draft, preview, now)} />
    </section>
  );
}

/** `Sunday 6 December 09:00 in New York, that is 15:00 here`; with a stop, both are spans: `09:00 – 10:00`. */
export function whenText(at: number, zone: string, stopAt: number | null = null): string {
  const { there, here } = spanWords(at, stopAt, zone);
  return here === null ? there : `${forms.value.there(there, placeName(zone))}, ${forms.value.here(here)}`;
}
