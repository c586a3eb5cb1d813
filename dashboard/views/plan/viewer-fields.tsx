import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { plan } from '../../texts/plan.ts';
import { ChoiceInput, type TemplateProps, TextInput } from './template-inputs.tsx';

/** Settings that viewers see. They rarely change, so they are collapsed. */
export function ViewerFields(props: TemplateProps) {
  const texts = plan.value;
  const asZoom = { '': texts.asZoom };
  return (
    <Folded title={texts.more} isOpen={hasProblem(props, 'settings')}>
      <TextInput
        {...props}
        name="displayName"
        path="settings.displayName"
        label={texts.displayName}
        hint={texts.asZoomEmpty}
        maxLength={50}
      />
      <ChoiceInput
        {...props}
        name="layout"
        path="settings.layout"
        label={texts.layout}
        from={{ ...asZoom, ...texts.layouts }}
      />
      <ChoiceInput
        {...props}
        name="closeCaption"
        path="settings.closeCaption"
        label={texts.closeCaption}
        from={{ ...asZoom, ...texts.closeCaptions }}
      />
      <ChoiceInput
        {...props}
        name="activeSpeakerName"
        path="settings.activeSpeakerName"
        label={texts.activeSpeakerName}
        from={{ ...asZoom, yes: texts.yes, no: texts.no }}
      />
    </Folded>
  );
}

/** Where Zoom sends the stream. */
export function DestinationFields(props: TemplateProps) {
  const texts = plan.value;
  const { streamUrl, pageUrl } = props.draft;
  const isOpen = hasProblem(props, 'destination') || streamUrl !== '' || pageUrl !== '';
  return (
    <Folded title={texts.destination} isOpen={isOpen}>
      <p class="quiet">{texts.destinationHint}</p>
      {props.problems['destination'] !== undefined && <p class="bad">{props.problems['destination']}</p>}
      <TextInput {...props} name="streamUrl" path="destination.streamUrl" label={texts.streamUrl} hint="rtmps://…" />
      <TextInput
        {...props}
        name="streamKey"
        path="destination.streamKey"
        type="secret"
        label={texts.streamKey}
        hint={texts.streamKeyHint}
      />
      <TextInput {...props} name="pageUrl" path="destination.pageUrl" label={texts.pageUrl} hint="https://…" />
      <ChoiceInput
        {...props}
        name="resolution"
        path="destination.resolution"
        label={texts.resolution}
        from={{ '': texts.asZoom, '720p': '720p', '1080p': '1080p' }}
      />
    </Folded>
  );
}

/** What the scheduler does when something goes wrong. */
export function RunFields(props: TemplateProps) {
  const texts = plan.value;
  const isOpen = ['onDrop', 'onMove', 'startWindow', 'externalId'].some((name) => hasProblem(props, name));
  return (
    <Folded title={texts.run} isOpen={isOpen}>
      <ChoiceInput {...props} name="onDrop" label={texts.onDrop} hint={texts.onDropHint} from={texts.onDrops} />
      <ChoiceInput {...props} name="onMove" label={texts.onMove} from={texts.onMoves} />
      <TextInput {...props} name="startWindow" label={texts.startWindow} hint={texts.startWindowHint} />
      <TextInput {...props} name="externalId" label={texts.externalId} hint={texts.externalIdHint} />
    </Folded>
  );
}

interface FoldedProps {
  title: string;
  /** Nobody looks for an error in a collapsed section. */
  isOpen: boolean;
  children: ComponentChildren;
}

export function Folded({ title, isOpen, children }: FoldedProps) {
  // Once open, only a person closes it: a section must not collapse while someone types in it.
  const open = useRef(false);
  open.current ||= isOpen;
  return (
    <details open={open.current}>
      <summary>{title}</summary>
      <div class="stacked">{children}</div>
    </details>
  );
}

function hasProblem({ problems }: TemplateProps, name: string): boolean {
  return Object.keys(problems).some((path) => path === name || path.startsWith(`${name}.`));
}
