import { Actions } from '../../components/broadcast-actions.tsx';
import { nameOf } from '../../format.ts';
import { recordOf } from '../../live/records.ts';
import type { ViewProps } from '../../views.ts';

export function BroadcastView({ id }: ViewProps) {
  const one = recordOf(id)?.value;
  if (!one) return null;
  return (
    <>
      <h2>{nameOf(one)}</h2>
      <Actions broadcast={one} />
    </>
  );
}
