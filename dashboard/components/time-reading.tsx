import { relativeWords, spanWords, timeIn } from '../format-words.ts';
import { minute } from '../live/clock.ts';
import { momentOf, placeName, type Repeated, readField } from '../local-moment.ts';
import { forms } from '../texts/forms.ts';

interface TimeReadingProps {
  /** `2026-12-06T09:00` */
  local: string;
  zone: string;
  repeated: Repeated;
  onRepeated(chosen: Repeated): void;
}

/** `Sunday 6 December 09:00 in New York, that is 15:00 here, in 8 days`, and how a clock change affects it. */
export function TimeReading({ local, zone, repeated, onRepeated }: TimeReadingProps) {
  const texts = forms.value;
  const reading = readField(local, zone);
  const at = momentOf(local, zone, repeated);
  return (
    <div class="reading">
      <output>
        {at !== null && sentence(at, zone)}
        {at === null && reading?.kind === 'skipped' && (
          <span class="bad">
            {texts.skipped(placeName(zone), timeIn(reading.readings[0], zone), timeIn(reading.readings[1], zone))}
          </span>
        )}
        {at === null && reading?.kind === 'repeated' && <span class="bad">{texts.repeated(placeName(zone))}</span>}
      </output>
      {reading?.kind === 'repeated' && (
        <fieldset>
          <legend>{texts.which}</legend>
          {(['first', 'second'] as const).map((one, index) => (
            <label key={one}>
              <input
                type="radio"
                name={`repeated-${local}`}
                checked={repeated === one}
                onChange={() => onRepeated(one)}
              />{' '}
              {texts.reading[one]} ({timeIn(reading.readings[index] as number, 'UTC')} UTC)
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function sentence(at: number, zone: string): string {
  const texts = forms.value;
  const { there, here } = spanWords(at, null, zone);
  const away = relativeWords(at, minute.value * 60_000);
  return [texts.there(there, placeName(zone)), ...(here === null ? [] : [texts.here(here)]), away].join(', ');
}
