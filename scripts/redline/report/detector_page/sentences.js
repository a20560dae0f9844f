// Where sentences begin and end: close to the bounds of core/segmentation, which asks a library that no browser has.
const SHORT = new Set((
  'adm ave brig bros capt cmdr col cpl dr ft gen gov hon jr lt ltd maj mr mrs ms mt prof pte rep rev sen sgt sr st ' +
  'jan feb mar apr jun jul aug sep sept oct nov dec fig vol approx ca cf vs pp'
).split(' '))
// After initials (U.S., J.) only these words begin a sentence.
const FIRST = /^\s+(A|An|And|As|At|But|By|For|From|He|I|If|In|It|Its|Just|No|On|She|So|That|The|Then|There|These|They|This|To|We|What|When|You)\b/
// Quotation marks and brackets: no sentence ends within a pair. An apostrophe inside a word is no mark.
const PAIRS = /(?<![\p{L}\p{N}])"[^"]*"|“[^”]*”|(?<![\p{L}\p{N}])['‘].*?['’](?![\p{L}\p{N}])|«[^»]*»|\([^)]*\)|\[[^\]]*\]/gu
const STOP = /[.!?…]+/gu

// [start, end) of each sentence of a text, in UTF-16 units and in order; none goes beyond a line.
export function sentences (text) {
  const found = []
  for (const line of text.matchAll(/[^\n]+/g)) {
    let start = 0
    for (const end of [...ends(line[0]), line[0].length]) {
      const piece = line[0].slice(start, end)
      const words = piece.trim()
      const first = line.index + start + piece.indexOf(words)
      if (words) found.push([first, first + words.length])
      start = end
    }
  }
  return found
}

function ends (line) {
  const pairs = [...line.matchAll(PAIRS)].map(pair => [pair.index, pair.index + pair[0].length])
  const found = []
  for (const stop of line.matchAll(STOP)) {
    let end = stop.index + stop[0].length
    const pair = pairs.find(([first, last]) => first < end && end < last)
    if (pair && (end !== pair[1] - 1 || /[)\]]/.test(line[end]))) continue
    if (pair) end = pair[1]
    if (ended(line.slice(0, stop.index), stop[0], line.slice(end), Boolean(pair))) found.push(end + /^[”’"]?/.exec(line.slice(end))[0].length)
  }
  return found
}

// Whether a sentence ends at a stop, by what is before it and after it.
function ended (before, stop, after, quoted) {
  if (/^[”’"]?\s*$/.test(after)) return true
  if (/^\s*[,;:)\]—–-]/.test(after) || (/^\s*\p{Ll}/u.test(after) && (quoted || !/[!?]/.test(stop)))) return false
  if (!/^[”’"]?(\s|\p{Lu})/u.test(after)) return false
  const word = /[^\s(["“‘']*$/.exec(before)[0]
  if (stop !== '.' || quoted) return true
  if (/^no$/i.test(word)) return !/^\s+\d/.test(after)
  return /^(\p{L}\.)*\p{L}$/u.test(word) ? FIRST.test(after) : !SHORT.has(word.toLowerCase())
}
