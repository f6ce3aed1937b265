/** What ends the parts of a hub, in the order in which they began; done backwards. */
export type Undo = (() => unknown)[];
