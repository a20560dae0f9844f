// The labels of the schemas; no label, relation or attribute is spelled in this page.
import { DOUBT } from './spans.js'

export const scheme = { layers: [], keys: [], entities: [], rater: '', version: '', documents: [] }

export function learn (start) {
  Object.assign(scheme, start)
  for (const layer of scheme.layers) {
    layer.letters = letters(layer.labels.map(label => label.name), commands())
    for (const label of layer.labels) label.layer = layer.layer
  }
}

// Letters that are commands are never labels: one meaning a key.
const commands = () => scheme.keys.flatMap(row => row.keys).filter(key => /^[a-z]$/.test(key))

// Name -> key: the first letter of the name that is free, the same on every machine.
export function letters (names, taken = []) {
  const used = new Set(taken)
  const result = {}
  for (const name of names) {
    const own = [...String(name).toLowerCase().replace(/[^a-z]/g, ''), ...'abcdefghijklmnopqrstuvwxyz']
    result[name] = own.find(letter => !used.has(letter))
    used.add(result[name])
  }
  return result
}

export const layerOf = name => scheme.layers.find(layer => layer.layer === name)
export const labelOf = span => layerOf(span.layer)?.labels.find(label => label.name === span.label)
export const attributesOf = span => layerOf(span.layer)?.attributes.filter(attribute => attribute.labels.includes(span.label)) ?? []
export const rolesOf = span => layerOf(span.layer)?.relations.filter(role => role.heads.includes(span.label)) ?? []
export const needsOf = span => attributesOf(span).filter(a => a.required.includes(span.label) && !(a.name in span.attributes))

// An optional boolean is true or not there.
export const optional = (span, attribute) => attribute.type === 'boolean' && !attribute.required.includes(span.label)

export function valuesOf (attribute) {
  if (attribute.type === 'boolean') return [{ value: true, title: 'yes', key: 'y' }, { value: false, title: 'no', key: 'n' }]
  const keys = letters(attribute.values.map(value => value.name))
  return attribute.values.map(value => ({ value: value.name, title: value.name, key: keys[value.name], definition: value.definition }))
}

// Whether an attribute is the key of what the span itself names.
export const isName = attribute => attribute.type === 'entity' && !attribute.relation
export const isKey = attribute => attribute.type === 'entity' || attribute.type === 'entities'
export const isText = attribute => isKey(attribute) || attribute.type === 'edtf'
// The attributes in the order in which they are asked: what a key answers, then what is typed, and doubts last.
export const asked = span => attributesOf(span).toSorted((one, other) => rank(one) - rank(other))
const rank = attribute => (isText(attribute) ? 1 : 0) + (attribute.name === DOUBT ? 2 : 0)
// The order in which Enter goes through them: first those that the page fills by itself.
export const walked = span => asked(span).toSorted((one, other) => own(one) - own(other))
const own = attribute => attribute.default || attribute.relation ? 0 : 1
export { DOUBT }
