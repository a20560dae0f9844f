// The one place where UTF-16 units, in which the browser counts, and code points, in which records count, meet.
export function offsets (text) {
  const units = []
  const points = new Uint32Array(text.length + 1)
  let unit = 0
  for (const character of text) {
    points.fill(units.length, unit, unit + character.length)
    units.push(unit)
    unit += character.length
  }
  points[unit] = units.length
  units.push(unit)
  return { unit: point => units[point], point: place => points[place] }
}
