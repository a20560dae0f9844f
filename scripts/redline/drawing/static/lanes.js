// Lanes below a line of text, in pixels: the shortest span is nearest, then each takes the first lane with room for line and tag.
export const LEADING = 41   // the height of a line of text without spans below its first lane
export const ROOM = 17      // what of it is free below the text
const TAGGED = 16
const BARE = 7
const GAP = 3

// `items` have a, b, place (their layer's), id, boxes and tagWidth; they get tag { line, x } and lanes (line -> lane).
// By line: the top of each lane below the text, and the height of all.
export function assign (items, lineCount, width) {
  const rows = Array.from({ length: lineCount }, () => [])
  items.sort((one, other) => (one.b - one.a) - (other.b - other.a) || one.place - other.place || one.a - other.a || (one.id < other.id ? -1 : 1))
  for (const item of items) {
    item.lanes = new Map()
    if (!item.boxes.length) continue
    const [first] = item.boxes
    item.tag = { line: first.line, x: Math.max(0, Math.min(first.x0, width - item.tagWidth)) }
    for (const [line, claims] of claimed(item)) {
      const lane = free(rows[line], claims)
      rows[line][lane] ??= { busy: [], tagged: false }
      rows[line][lane].busy.push(...claims)
      rows[line][lane].tagged ||= line === first.line
      item.lanes.set(line, lane)
    }
  }
  return rows.map(stacked)
}

function claimed (item) {
  const lines = new Map()
  for (const box of item.boxes) lines.set(box.line, [...lines.get(box.line) ?? [], [box.x0, box.x1]])
  lines.get(item.tag.line).push([item.tag.x, item.tag.x + item.tagWidth])
  return lines
}

function free (row, claims) {
  const clash = lane => claims.some(([x0, x1]) => lane.busy.some(([y0, y1]) => x0 < y1 + GAP && y0 < x1 + GAP))
  const lane = row.findIndex(lane => !clash(lane))
  return lane < 0 ? row.length : lane
}

function stacked (row) {
  const tops = []
  let y = 1
  for (const lane of row) {
    tops.push(y)
    y += lane.tagged ? TAGGED : BARE
  }
  return { tops, height: y }
}
