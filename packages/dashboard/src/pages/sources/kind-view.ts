import type { SourceKind, SourceOf } from '@sydx/contract';
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';

export interface CreateFormProps<K extends SourceKind> {
  /** @param verifyToken what was entered: no answer of the API ever holds it */
  onCreated: (source: SourceOf<K>, verifyToken?: string) => void;
  onCancel: () => void;
  cancelLabel: string;
}

export interface EditFormProps<K extends SourceKind> {
  source: SourceOf<K>;
  /** @param verifyToken a new one, to be shown this once */
  onSaved: (verifyToken?: string) => void;
  onCancel: () => void;
}

export interface SetupProps<K extends SourceKind> {
  source: SourceOf<K>;
  /** Known right after creating only. */
  verifyToken?: string | undefined;
}

/** What the dashboard says and shows of a kind of source. */
export interface KindView<K extends SourceKind> {
  readonly label: string;
  /** What comes in by it, for who chooses one. */
  readonly description: string;
  readonly icon: LucideIcon;
  /** What its URL is called at the sending side, in the middle of a sentence. */
  readonly urlLabel: string;
  readonly setupLabel: string;
  /** What it is limited to, in a few words. */
  readonly summary: (source: SourceOf<K>) => string;
  readonly setupTitle: (name: string) => string;
  readonly CreateForm: ComponentType<CreateFormProps<K>>;
  readonly EditForm: ComponentType<EditFormProps<K>>;
  readonly Setup: ComponentType<SetupProps<K>>;
  /** What goes on in it, below its row: only where there is something to see. */
  readonly Status?: ComponentType<{ source: SourceOf<K> }>;
  /** What deleting one means, a sentence each. */
  readonly deletion: readonly string[];
}
