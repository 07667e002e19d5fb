/** What every target of a page says besides pupil and objective: the practice it belongs to, or the day it is said of. */
export const besides = ({ practice, on }) => ({ ...(practice && { practice: +practice }), ...(on && { on }) });

/** Whether an item belongs to such a page: marks of a practice, or of a past snapshot, are no other page's. */
export const belongs = ({ practice, on }, said) => practice === said.practice && on === said.on;
