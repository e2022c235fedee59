// Layers above the session wait as the transport does: abortable, with the signal's own reason.
export { waitMs } from "../transport/retry.js";
