import { attentionCases } from './attention-cases.ts';
import { broadcastCases } from './broadcast-cases.ts';
import { bulkCases } from './bulk-cases.ts';
import { runCases } from './rig.ts';
import { sourceCases } from './source-cases.ts';

// What is pressed. dashboard/README.md says how to add cases.
runCases({
  'a broadcast': broadcastCases,
  'needs attention': attentionCases,
  'many at once': bulkCases,
  sources: sourceCases,
});
