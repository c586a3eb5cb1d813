import type { JsonObject } from '../json.ts';

/** That a document declares something (`livestream apply`): kept in the record of a series, a calendar or a source, and not shown. */
export interface Declared {
  /** Name of the document. */
  document: string;
  /** Its name in the document. */
  name: string;
  /** What the document said about it when it was last applied: what differs now was changed by hand. */
  applied: JsonObject;
}
