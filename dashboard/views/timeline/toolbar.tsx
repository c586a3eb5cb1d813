import { Choice } from '../../components/choice.tsx';
import { isWall } from '../../router.ts';
import { timeline } from '../../texts/timeline.ts';
import { labelNames } from './lanes.ts';
import { change, grouping, pan, SPANS, type SpanName, span } from './span.ts';

export function Toolbar() {
  const texts = timeline.value;
  if (isWall) return null;
  const by = grouping.value;
  const names = new Set(labelNames.value);
  if (by.startsWith('label:')) names.add(by.slice('label:'.length));
  return (
    <div class="tl-tools">
      <div class="buttons">
        <button type="button" class="act" onClick={() => pan(-0.5)}>
          ‹ {texts.earlier}
        </button>
        <button type="button" class="act" aria-pressed={span.value.follows} onClick={() => change({ from: null })}>
          {texts.now}
        </button>
        <button type="button" class="act" onClick={() => pan(0.5)}>
          {texts.later} ›
        </button>
      </div>
      <Choice
        name={texts.span}
        value={span.value.name}
        options={(Object.keys(SPANS) as SpanName[]).map((name) => [name, texts.spans[name]] as const)}
        onChoose={(name) => change({ span: name })}
      />
      <label>
        {texts.rows}{' '}
        <select value={by} onChange={({ currentTarget }) => change({ by: currentTarget.value })}>
          <option value="meeting">{texts.meeting}</option>
          <option value="account">{texts.account}</option>
          {[...names].map((name) => (
            <option key={name} value={`label:${name}`}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

/** The legend of shapes and shades. */
export function Legend() {
  const { legend } = timeline.value;
  const shapes: Record<keyof typeof legend, string> = {
    planned: 'tl-plan',
    actual: 'tl-actual',
    attempt: 'tl-mark tl-mark-good',
    refused: 'tl-mark tl-mark-bad',
    limited: 'tl-shade tl-limited',
    waiting: 'tl-shade tl-waiting',
    dropped: 'tl-shade tl-dropped',
  };
  return (
    <ul class="tl-legend">
      {(Object.keys(legend) as (keyof typeof legend)[]).map((name) => (
        <li key={name}>
          <span class="tl-sample" aria-hidden="true">
            <span class={shapes[name]} />
          </span>
          {legend[name]}
        </li>
      ))}
    </ul>
  );
}
