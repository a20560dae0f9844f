// Where a key takes the caret: functions from a place [anchor, focus], in units, to the next. They touch no document.
export const ordered = ([a, f]) => [Math.min(a, f), Math.max(a, f)]
const next = (places, unit, step) => step > 0 ? places.find(place => place > unit) : places.findLast(place => place < unit)

// A stretch on whole words: those that it touches, or all of it where it touches none.
export function snap (passage, a, b) {
  const inside = passage.words.filter(([start, end]) => start < b && a < end)
  return inside.length ? [inside[0][0], inside.at(-1)[1]] : [a, b]
}

// What a label would take: the selection on whole words, or the word at the caret, as where only white space is selected.
export function target (passage, place) {
  const [a, b] = ordered(place)
  if (passage.text.slice(a, b).trim()) return snap(passage, a, b)
  return passage.words.find(([start, end]) => b >= start && b < end) ?? passage.words.find(([, end]) => end === b) ?? [b, b]
}

const edges = {
  character: passage => ({ stops: passage.characters, ends: passage.characters }),
  word: passage => ({ stops: passage.words.map(word => word[0]), ends: passage.words.map(word => word[1]) }),
  sentence: passage => ({ stops: passage.sentences.map(s => s[0]), ends: passage.sentences.map(s => snap(passage, ...s)[1]) }),
  passage: passage => ({ stops: [0, passage.text.length], ends: [0, passage.text.length] })
}

// The place after a step by `unit`, or null where the passage ends. To the right, extending goes to ends, so that spans are clean.
export function moved (passage, [a, f], unit, step, extend) {
  if (!extend && a !== f && unit === 'character') { const to = ordered([a, f])[step > 0 ? 1 : 0]; return [to, to] }
  const { stops, ends } = edges[unit](passage)
  const to = next(extend && step > 0 ? ends : stops, f, step)
  if (to === undefined) return null
  return extend ? [a, to] : [to, to]
}

const CUTS = [/[,;:—–“”"]/, /[;:—“”"]/]

// Larger stretches around a place, the smallest first: word, name, phrase, clause, quotation, sentence, passage.
function larger (passage, place) {
  const [start, end] = ordered(place)
  const word = target(passage, place)
  const [first, last] = passage.sentence(start)
  const text = passage.text
  const back = cut => { let at = start; while (at > first && !cut.test(text[at - 1])) at--; return at }
  const forth = cut => { let at = end; while (at < last && !cut.test(text[at])) at++; return at }
  const steps = [word, ...names(text, first, last).filter(([a, b]) => a <= start && b >= end)]
  for (const cut of CUTS) steps.push([back(cut), forth(cut)], [start, forth(cut)])
  steps.push(...quotation(text, start, end, first), [start, last], [first, last], [0, text.length])
  const clean = steps.filter(([a, b]) => b > a).map(step => snap(passage, ...step)).filter(([a, b]) => a <= start && b >= end)
  return clean.sort((one, other) => (one[1] - one[0]) - (other[1] - other[0]) || other[0] - one[0])
}

export const grown = (passage, place) => {
  const [a, b] = ordered(place)
  return larger(passage, place).find(([start, end]) => end - start > b - a) ?? null
}

// Runs of capitalised words, with what joins them.
function names (text, first, last) {
  const run = /\p{Lu}[\p{L}\p{M}\p{N}.’'-]*(?:(?: of| the| and| de| al-?)* \p{Lu}[\p{L}\p{M}\p{N}’'-]*)+/gu
  return [...text.slice(first, last).matchAll(run)].map(match => [first + match.index, first + match.index + match[0].length])
}

function quotation (text, start, end, first) {
  const [open, close] = [text.lastIndexOf('“', start), text.indexOf('”', end)]
  return open >= first && close > 0 && text.indexOf('”', open) === close ? [[open + 1, close]] : []
}
