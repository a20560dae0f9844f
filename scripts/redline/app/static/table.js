// What the adjudicator works on: a document as its raters see it, the difference at hand, and what was chosen for it.
import { quote, words } from './dom.js'
import { layerOf, letters, scheme } from './scheme.js'

export const ABSENT = 'absent'

export const table = {
  doc: '', raters: [], comments: [],
  state: null,          // what the server sends: version, mentions, relations, differences, gold
  sender: null,
  at: 0,                // the difference at hand
  take: undefined,      // what was chosen for it and waits for a reason
  note: '',
  noting: false,        // the field of the note is open
  reading: null,        // a reading that is being written
  made: [],             // decisions of this window, for undo
  problems: null,       // what the rules found in gold
  like: null            // earlier decisions that are like the difference at hand
}

export const differences = () => table.state.differences
export const atHand = () => table.state.differences[table.at]
export const decisionOf = difference => table.sender.decision(difference)
export const openOnes = () => differences().filter(difference => !decisionOf(difference))
export const reasonKeys = () => letters(scheme.reasons)

// The mention of a difference, by its place among them.
export const mentionOf = (difference, place = 0) =>
  table.state.mentions[difference.passage].find(mention => mention.key === difference.mentions[place])

export const spansOf = mention => Object.values(mention.readings)
export const firstSpan = difference => spansOf(mentionOf(difference))[0]

// What it turns on, in words.
export function kindOf ({ kind, names, readings }) {
  if (kind === 'attribute') return words(names[0])
  if (kind === 'relation') return words(names[0])
  if (kind !== 'span') return { doubt: 'doubt', acts: 'acts' }[kind]
  const all = Object.values(readings)
  if (all.includes(null)) return 'span or none'
  return new Set(all.map(reading => reading.label)).size > 1 ? 'label' : 'extent'
}

export const quotes = difference => difference.mentions.map((_, i) => `“${quote(spansOf(mentionOf(difference, i))[0].text)}”`).join(' – ')

const shortened = text => text.length > 30 ? text.slice(0, 19) + ' … ' + text.slice(-8) : text

// A reading of a difference, or what was taken, as a few words.
export function said (difference, value) {
  const { kind } = difference
  if (typeof value === 'string' && value in difference.readings && kind !== 'attribute') return said(difference, difference.readings[value])
  if (kind === 'span') return value ? `${value.label ?? ''} “${shortened(value.quote)}”`.trim() : 'no span'
  if (kind === 'relation') return value ? 'related' : 'not related'
  if (kind === 'doubt') return value ? 'unsure' : 'sure'
  if (kind === 'acts') return `${value.length} ${value.length === 1 ? 'act' : 'acts'}: ${value.map(group => group.map(wordsOf).join(' + ')).join(' | ')}`
  return valueWords(value)
}

const wordsOf = name => shortened(name.slice(name.indexOf(':') + 1))

export function valueWords (value) {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null) return 'cannot be resolved'
  if (value === ABSENT) return 'no value'
  return words([value].flat().join(', ') || 'empty')
}

// What a decision took, in words: of an attribute a rater's name means the rater's value.
export function taken (difference, take) {
  if (difference.kind !== 'attribute') return said(difference, take)
  return valueWords(typeof take === 'string' ? difference.readings[take] : take.value)
}

// The attribute that a difference is about, as the scheme has it.
export const attributeOf = difference => layerOf(difference.layer).attributes.find(attribute => attribute.name === difference.names[0])

// What can be taken beside the raters' readings, or undefined.
export function neither (difference) {
  const values = Object.values(difference.readings)
  if (difference.kind === 'span') return null
  if (difference.kind === 'doubt' && !values.includes(false)) return false
  if (difference.kind !== 'attribute' || values.includes(ABSENT)) return undefined
  const labels = spansOf(mentionOf(difference)).map(span => span.label)
  return attributeOf(difference)?.required.some(label => labels.includes(label)) ? undefined : { value: ABSENT }
}

export const sameTake = (one, other) => JSON.stringify(one) === JSON.stringify(other)
