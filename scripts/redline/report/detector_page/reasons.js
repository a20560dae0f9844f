import { decision, words } from './ngrams.js'

const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu

// What each word of a text adds to the logarithm of the odds, the greatest first. An n-gram adds in equal parts to the words
// that it occurs in; a word that occurs several times is one. `pieces` are the n-grams of the word that weigh most.
export function reasons (model, text) {
  const known = new Map()
  const names = words(text).map(word => word.replace(EDGES, '') || word)
  for (const { term, places, adds } of decision(model, text).terms) {
    for (const place of places.flat()) {
      const name = names[place]
      const key = name.toLowerCase()
      if (!known.has(key)) known.set(key, { word: name, adds: 0, pieces: new Map() })
      const share = adds / places.flat().length
      const one = known.get(key)
      one.adds += share
      one.pieces.set(term, (one.pieces.get(term) ?? 0) + share)
    }
  }
  return [...known.values()].sort((one, other) => other.adds - one.adds)
}

// The n-grams of a word that add most to it in its direction.
export function pieces (one, count) {
  const direction = Math.sign(one.adds)
  const ordered = [...one.pieces].sort(([, first], [, second]) => direction * (second - first))
  return ordered.slice(0, count).map(([term]) => term.replaceAll(' ', '·'))
}
