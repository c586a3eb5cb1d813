import type { z } from 'zod';
import type { Plan } from '../broadcasts/broadcast.ts';
import type { destinationSchema } from './broadcast-schema.ts';

/** A destination as sent: the only place where the stream key is in plain text. */
export type DestinationInput = z.infer<typeof destinationSchema>;

/** A broadcast as given, checked and normalised; times in ms since the epoch. */
export interface NewBroadcast extends Omit<Plan, 'account' | 'destination'> {
  /** Null: resolves to `default`, or to the only account. */
  account: string | null;
  destination: DestinationInput | null;
}

/** A change (PATCH): missing fields stay as they are, null clears. `startAt`/`stopAt` in ms. */
export type BroadcastChange = Partial<NewBroadcast & Pick<Plan, 'account'>>;
