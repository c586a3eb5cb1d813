import '../../styles/forms.css';
import type { components } from '../../../src/client/index.ts';
import { api, isStale } from '../../api/api.ts';
import { may } from '../../api/session-state.ts';
import { ActButton } from '../../components/act-button.tsx';
import { useReading } from '../../live/use-reading.ts';
import { hrefTo, hrefToBroadcast, isWall } from '../../router.ts';
import { common } from '../../texts/common.ts';
import { series } from '../../texts/series.ts';
import type { ViewProps } from '../../views.ts';
import { noteWords } from './note-words.ts';
import { whenText } from './preview.tsx';
import { ruleWords } from './rule-words.ts';
import type { Series } from './series-draft.ts';

type Occurrences = components['schemas']['Occurrences'];
type Occurrence = Occurrences['occurrences'][number];

/**
 * `#/series/ID`: the rule in words, what is upcoming and what is left out. It can change one occurrence, that and the following, or all, or
 * skip one.
 */
export function SeriesView({ id }: ViewProps) {
  const texts = series.value;
  const read = async () => {
    const [one, planned] = await Promise.all([
      api.getSeries({ path: { id } }),
      api.listOccurrences({ path: { id }, query: { limit: 10 } }),
    ]);
    return { one, planned };
  };
  const {
    value: shown,
    problem,
    load,
  } = useReading(read, { when: [id], on: ({ type, data }) => type.startsWith('series.') || data['seriesId'] === id });
  if (problem.value !== '') return <p class="note bad">{problem.value}</p>;
  if (shown.value === null) return <p class="note">{common.value.loading}</p>;
  const { one, planned } = shown.value;
  const mayChange = !isWall && may('write');
  const next = planned.occurrences[0];
  return (
    <section class="form-view">
      <h2>{one.title ?? common.value.meeting(one.meetingId)}</h2>
      <p>
        <strong>{ruleWords(one)}</strong>
      </p>
      {mayChange && (
        <div class="buttons">
          <a class="act" href={hrefTo('/new-series', { edit: id })}>
            {texts.change}
          </a>
          {next && <Skip one={one} occurrence={next} label={texts.skipNext} onDone={load} />}
        </div>
      )}
      <h3>{texts.next}</h3>
      {next === undefined && <p class="empty">{texts.noOccurrence}</p>}
      <ul class="cards">
        {planned.occurrences.map((occurrence) => (
          <OccurrenceCard key={occurrence.local} one={one} occurrence={occurrence} onDone={load} />
        ))}
      </ul>
      {planned.leftOut.length > 0 && <h3>{texts.leftOut}</h3>}
      <ul>
        {planned.leftOut.map(({ local, note }) => (
          <li key={local}>
            {local.replace('T', ' ')}: {noteWords(note)}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface OccurrenceProps {
  one: Series;
  occurrence: Occurrence;
  onDone(): Promise<void>;
}

function OccurrenceCard({ one, occurrence, onDone }: OccurrenceProps) {
  const texts = series.value;
  const { local, broadcastId, startAt, status, note } = occurrence;
  const when = whenText(Date.parse(startAt), one.timezone);
  return (
    <li class="card" data-line="" tabIndex={-1}>
      {broadcastId === null ? when : <a href={hrefToBroadcast(broadcastId)}>{when}</a>}
      {status !== null && ` · ${common.value.status[status]}`} {note !== null && <em>{noteWords(note)}</em>}
      {!isWall && may('write') && (
        <div>
          <span class="actions">
            {broadcastId !== null && (
              <a class="act" href={hrefTo('/new', { edit: broadcastId })}>
                {texts.changeThis}
              </a>
            )}
            <a class="act" href={hrefTo('/new-series', { edit: one.id, from: local })}>
              {texts.changeFrom}
            </a>
            <Skip one={one} occurrence={occurrence} label={texts.skip} onDone={onDone} />
          </span>
        </div>
      )}
    </li>
  );
}

function Skip({ one, occurrence, label, onDone }: OccurrenceProps & { label: string }) {
  const texts = series.value;
  const when = whenText(Date.parse(occurrence.startAt), one.timezone);
  const skip = async () => {
    try {
      await api.changeSeries({
        path: { id: one.id },
        headers: { 'If-Match': `"${one.revision}"` },
        body: { exceptions: [...one.exceptions, occurrence.local] },
      });
    } catch (error) {
      if (!isStale(error)) throw error;
      await onDone();
      throw new Error(texts.stale);
    }
    await onDone();
    return texts.skipped(when);
  };
  return <ActButton label={label} does={texts.skipDoes(when)} needs="write" act={skip} asksFirst />;
}
