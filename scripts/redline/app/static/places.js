// Places worth a look that have no span yet: names, numbers, cues, and words that are labelled elsewhere. An aid, no suggestion.
import { snap } from './moves.js'

const SMALL = new Set(('The A An In On At By For From After Before During Despite While Although Days Previous Following This These Those His Her ' +
  'Its Their It He She They We I And But Or As Whoever Can Only Historically Previously According If When Since Under Both Two Three').split(' '))
const NAME = /\p{Lu}[\p{L}\p{M}-]*(?:(?: of(?= \p{Lu}))? (?:\p{Lu}[\p{L}\p{M}-]*|\d{1,4}(?!\d)))*|\b\d[\d:.,]*\b/gu

// `known` is a set of words that bear a label elsewhere; `helpers` the layers whose spans do not count as labelled here.
export function places (passage, known, helpers) {
  const { text } = passage
  const found = [...named(text).flatMap(place => parts(text, place, known)), ...passage.cues]
  for (const [a, b] of passage.words) if (known.has(text.slice(a, b)) || known.has(singular(text.slice(a, b)))) found.push([a, b])
  const taken = new Set(passage.spans.filter(span => !helpers.has(span.layer)).map(span => span.a))
  const clean = found.map(place => snap(passage, ...place)).filter(([a, b]) => b > a && !taken.has(a)).sort((one, other) => one[0] - other[0])
  return clean.reduce((kept, place) => !kept.length || place[0] >= kept.at(-1)[1] ? [...kept, place] : kept, [])
}

export const singular = word => word.replace(/s$/, '')

// The next place after, or the last before, a caret or selection; null where there is none in the passage.
export function jumped (list, [a, f], step) {
  return (step > 0 ? list.find(([start]) => start >= Math.max(a, f)) : list.findLast(([, end]) => end <= Math.min(a, f))) ?? null
}

function named (text) {
  const found = []
  for (const match of text.matchAll(NAME)) {
    const first = match[0].split(' ')[0]
    const skipped = SMALL.has(first) ? first.length + 1 : 0
    if (skipped <= match[0].length) found.push([match.index + skipped, match.index + match[0].length])
  }
  return found
}

// A run of names that is not known as a whole is cut into what is known of it.
function parts (text, [a, b], known) {
  const words = text.slice(a, b).split(' ')
  if (words.length < 2 || known.has(text.slice(a, b))) return [[a, b]]
  const start = i => a + words.slice(0, i).join(' ').length + (i ? 1 : 0)
  const end = j => a + words.slice(0, j).join(' ').length
  const cut = []
  for (let i = 0; i < words.length; i++) {
    for (let j = words.length; j > i; j--) {
      if (!known.has(text.slice(start(i), end(j)))) continue
      cut.push([start(i), end(j)])
      i = j - 1
      break
    }
  }
  return cut.length ? cut : [[a, b]]
}
