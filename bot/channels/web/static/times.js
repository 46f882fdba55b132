// Times as people in the villages read them: Asia/Shanghai, whatever the phone says.
const zone = "Asia/Shanghai";
const clock = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false });
const key = new Intl.DateTimeFormat("sv-SE", { timeZone: zone });
const near = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, month: "long", day: "numeric", weekday: "long" });
const far = new Intl.DateTimeFormat("zh-CN", { timeZone: zone, year: "numeric", month: "long", day: "numeric" });
const DAY_MS = 86400000;

export const clockOf = (instant) => clock.format(new Date(instant));

/** The day as 2026-11-25. */
export const dayOf = (instant) => key.format(new Date(instant));

export function dayName(instant) {
  const day = dayOf(instant);
  const now = Date.now();
  if (day === dayOf(now)) return "今天";
  if (day === dayOf(now - DAY_MS)) return "昨天";
  return day.slice(0, 4) === dayOf(now).slice(0, 4) ? near.format(new Date(instant)) : far.format(new Date(instant));
}
