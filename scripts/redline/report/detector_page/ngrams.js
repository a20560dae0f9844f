// What a linear model makes of a text: the same n-grams, and the same sums, as learn/tfidf.py.

// White space and words as Python has them.
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'
const WORD = new RegExp(`[^${SPACE}]+`, 'gu')
const TOKEN = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu

// A model as the page contains it, with its n-grams by name; its numbers are inverse document frequencies, then weights.
export async function loaded (packed) {
  const terms = new TextDecoder().decode(await inflated(packed.terms)).split('\n')
  const numbers = new Float32Array(await inflated(packed.numbers))
  const [words, characters] = [terms.slice(0, packed.words), terms.slice(packed.words)]
  const places = (several, first) => new Map(several.map((term, index) => [term, first + index]))
  return { ...packed, numbers, columns: terms.length + 1, known: [places(words, 0), places(characters, packed.words)] }
}

async function inflated (encoded) {
  const bytes = Uint8Array.from(atob(encoded), character => character.charCodeAt(0))
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer()
}

export function words (text) { return text.match(WORD) ?? [] }

// The logarithm of the odds of the class, and what each n-gram of the text adds to it, with the words that it occurs in.
export function decision (model, text) {
  const sign = model.first ? -1 : 1
  const found = { constant: sign * model.numbers[2 * model.columns - 1], odds: 0, terms: [] }
  for (const [block, occurring] of occurrences(text, model.word_lengths, model.character_lengths).entries()) {
    const here = []
    for (const [term, places] of occurring) {
      const column = model.known[block].get(term)
      if (column === undefined) continue
      here.push({ term, places, column, value: (1 + Math.log(places.length)) * model.numbers[column] })
    }
    const length = Math.sqrt(here.reduce((sum, { value }) => sum + value * value, 0))
    for (const { term, places, column, value } of here) {
      found.terms.push({ term, places, adds: sign * value / length * model.numbers[model.columns + column] })
    }
  }
  found.odds = found.terms.reduce((sum, { adds }) => sum + adds, found.constant)
  return found
}

export function probability (odds) { return 1 / (1 + Math.exp(-odds)) }

// By n-gram of words, and by n-gram of characters, the words of each of its occurrences.
function occurrences (text, [fewest, most], characters) {
  const several = words(text.toLowerCase())
  const tokens = several.flatMap((word, place) => (word.match(TOKEN) ?? []).map(token => [token, place]))
  const [whole, parts] = [new Map(), new Map()]
  for (let size = fewest; size <= most; size++) {
    for (let start = 0; start + size <= tokens.length; start++) {
      const run = tokens.slice(start, start + size)
      add(whole, run.map(([token]) => token).join(' '), run.map(([, place]) => place))
    }
  }
  for (const [place, word] of several.entries()) for (const part of partsOf(word, characters)) add(parts, part, [place])
  return [whole, parts]
}

function add (occurring, term, places) {
  if (occurring.has(term)) occurring.get(term).push(places)
  else occurring.set(term, [places])
}

// The n-grams of the characters of a word with a space at each end.
function partsOf (word, [fewest, most]) {
  const characters = [...` ${word} `]
  const found = []
  for (let size = fewest; size <= most; size++) {
    const last = Math.max(0, characters.length - size)
    for (let start = 0; start <= last; start++) found.push(characters.slice(start, start + size).join(''))
    if (size >= characters.length) break
  }
  return found
}
