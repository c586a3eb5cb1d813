import { changeFilter, isFiltering, presentFilter } from '../../live/filters.ts';
import { common } from '../../texts/common.ts';
import { rundown } from '../../texts/rundown.ts';
import { choices } from './rundown-list.ts';

export function Filters() {
  const texts = rundown.value;
  const filter = presentFilter();
  const { accounts, labels, series } = choices.value;
  const none = { q: '', account: '', label: '', status: '', seriesId: '' };
  return (
    <search class="filters">
      <label>
        <span class="unseen">{texts.search}</span>
        <input
          type="search"
          data-search
          placeholder={`${texts.search} ( / )`}
          value={filter.q}
          onInput={({ currentTarget }) => changeFilter({ q: currentTarget.value })}
        />
      </label>
      <Choice
        name={texts.status}
        value={filter.status}
        from={Object.entries(common.value.status)}
        onChoose={(status) => changeFilter({ status })}
      />
      {(accounts.length > 1 || filter.account !== '') && (
        <Choice
          name={texts.account}
          value={filter.account}
          from={accounts.map(pair)}
          onChoose={(account) => changeFilter({ account })}
        />
      )}
      {(labels.length > 0 || filter.label !== '') && (
        <Choice
          name={texts.label}
          value={filter.label}
          from={labels.map(pair)}
          onChoose={(label) => changeFilter({ label })}
        />
      )}
      {(series.length > 0 || filter.seriesId !== '') && (
        <Choice
          name={texts.series}
          value={filter.seriesId}
          from={series}
          onChoose={(seriesId) => changeFilter({ seriesId })}
        />
      )}
      {isFiltering(filter) && (
        <button type="button" class="act" onClick={() => changeFilter(none)}>
          {texts.clear}
        </button>
      )}
    </search>
  );
}

const pair = (text: string): [string, string] => [text, text];

interface ChoiceProps {
  name: string;
  value: string;
  from: [value: string, text: string][];
  onChoose(value: string): void;
}

function Choice({ name, value, from, onChoose }: ChoiceProps) {
  // Also offer the value from a link if nothing loaded has it.
  const offered = value === '' || from.some(([one]) => one === value) ? from : [...from, pair(value)];
  return (
    <label class="choice">
      {name}
      <select value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        <option value="">{rundown.value.all}</option>
        {offered.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
