// What the viewfinder is told, what it hands over, and who keeps it.

import type { Phase, Place, Source } from "../../phone/db.ts";

export type { Phase, Place, Source };

/** What components/capture.html carries: the words of the stamp, and the photos laid over. */
export type Told = {
  phase: Phase;
  phase_label: string;
  number: string;
  address: string;
  unit: string;
  longest: number;
  ghosts: string[];
};

/** A photo just taken or chosen. `place` is where the device was at that moment, or unknown. */
export type Taken = { blob: Blob; source: Source; takenAt: string; place: Place | null };

/** Who keeps photos: the phone's store where there is one, else the form's own file input. */
export type Keeper = {
  /** Photos that the form has already, those on the server included. */
  count(): number;
  /** The photos kept here. */
  ids(): string[];
  readonly most: number;
  /** Keeps a photo at once and answers its id; an Error carries the sentence for the person. */
  keep(taken: Taken): Promise<string>;
  drop(id: string): Promise<void>;
  /** The photo kept last, with an address to show it by. */
  last(): { id: string; url: string } | null;
  /** Bytes that this phone can still keep; null where nobody knows. */
  room(): Promise<number | null>;
  /** How far the server's clock is ahead of this phone's, milliseconds. */
  clockOffset(): Promise<number>;
};

/** The best place found while photos were taken, for the form's own position. */
export const PLACE_FOUND = "place-found";

/** A photo in a form, and what has become of it in words. */
export type BagItem = { id: string; blob: Blob; name: string; source: Source; state: string };

/** Where a form's photos are until they are sent: its file input, or the phone's store. */
export type Bag = {
  readonly isStore: boolean;
  items(): BagItem[];
  keep(taken: Taken, name: string): Promise<string>;
  drop(id: string): Promise<void>;
  room(): Promise<number | null>;
  clockOffset(): Promise<number>;
};
