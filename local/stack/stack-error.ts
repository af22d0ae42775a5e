/** Why the stack cannot start here; `npm start` prints it and exits with 3. */
export class StackBusy extends Error {}
