// The time that the rater works on each passage: from one key, press, move or scroll to the next, but no pause above a minute.
import { session } from './session.js'

const PAUSE = 60_000
const EVENTS = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchmove']
const spent = new Map()   // passage -> milliseconds
let last = null

// Before an event is handled: what went by since the last one belongs to the passage that is current until now.
export function tick (now = performance.now()) {
  const n = session.passage?.n
  if (last !== null && n !== undefined && now - last <= PAUSE) spent.set(n, (spent.get(n) ?? 0) + now - last)
  last = now
}

// The seconds on a passage since this was last asked.
export function taken (n, now = performance.now()) {
  tick(now)
  const seconds = Math.round((spent.get(n) ?? 0) / 100) / 10
  spent.delete(n)
  return seconds
}

export function watch () {
  for (const name of EVENTS) addEventListener(name, () => tick(), { capture: true, passive: true })
}
