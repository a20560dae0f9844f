// What a new span is filled with: keys of entities by the same words here, then by the table; dates that are spelled out.
import { attributesOf, isName, labelOf, scheme } from './scheme.js'
import { singular } from './places.js'

const MONTHS = 'January February March April May June July August September October November December'.split(' ')

// The attributes that can be filled for a span with these words; `spans` are those of the whole document.
export function filled (span, spans, date) {
  const result = {}
  const naming = attributesOf(span).find(isName)
  const twin = spans.find(other => other.layer === span.layer && other.text === span.text) ?? spans.find(other => other.layer === span.layer && other.text === singular(span.text))
  for (const attribute of attributesOf(span).filter(attribute => !attribute.relation)) {
    if (attribute.default && attribute.required.includes(span.label)) result[attribute.name] = attribute.default
    if (attribute.type === 'edtf') result[attribute.name] = dated(span.text, date)
    else if (attribute === naming && attribute.required.includes(span.label)) result[attribute.name] = twin?.attributes[attribute.name] ?? keyOf(span, spans, naming.name)
    else if (twin?.label === span.label && attribute.type !== 'id' && attribute.name in twin.attributes) result[attribute.name] = twin.attributes[attribute.name]
  }
  return result
}

function keyOf (span, spans, name) {
  const words = span.text
  const row = scheme.entities.find(entity => entity.names.includes(words)) ?? scheme.entities.find(entity => entity.label === span.label && [words, singular(words)].includes(entity.id.replaceAll('-', ' ')))
  return row?.id ?? (labelOf(span)?.names_any ? related(words, spans, name) : null) ?? slug(words)
}

// The key that shares the longest beginning with an adjective: Arvenian, arvenia.
function related (words, spans, name) {
  const lower = slug(words)
  const shared = key => { let i = 0; while (i < key.length && key[i] === lower[i]) i++; return i }
  const keys = [...new Set([...spans.map(span => span.attributes[name]).filter(Boolean), ...scheme.entities.map(entity => entity.id)])]
  const best = keys.sort((one, other) => shared(other) - shared(one) || one.length - other.length)[0]
  return best && shared(best) >= 4 && shared(best) >= best.length - 2 ? best : null
}

export const slug = words => words.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')

function dated (words, date) {
  const month = MONTHS.findIndex(name => words.includes(name))
  const day = words.match(/\b([1-9]|[12]\d|3[01])\b/)?.[1]
  const year = words.match(/\b(1[5-9]\d\d|20\d\d)\b/)?.[1] ?? date?.slice(0, 4) ?? 'XXXX'
  if (month < 0) return /^\d{4}$/.test(words) ? words : ''
  return `${year}-${String(month + 1).padStart(2, '0')}${day ? '-' + day.padStart(2, '0') : ''}`
}
