import { alerts } from '../../live/alerts.ts';
import { common } from '../../texts/common.ts';

export function AttentionView() {
  const known = alerts.value;
  if (known === null) return <p class="note">{common.value.loading}</p>;
  return (
    <ul>
      {known.open.map((one) => (
        <li key={one.id}>{one.message}</li>
      ))}
    </ul>
  );
}
