/** The keys that may begin a runbook where targets are listed: letters that mean nothing else there. */
export const ACTION_KEYS = /^[abcdefimnortvyz]$/u;
