// Who acts: the keys of actors that a span has from the children of its relations, from another mention of its act, or as a guess.
import { allSpans, session } from './session.js'
import { attributesOf, isName, scheme } from './scheme.js'
import { same } from './merge.js'

const METONYM = 'metonym'
const COUNTRY = 3 // letters of a CAMEO code that are the country

const actorsOf = span => attributesOf(span).filter(attribute => attribute.relation && attribute.required.includes(span.label))
const keyOf = span => span.attributes[attributesOf(span).find(isName)?.name]
const row = key => scheme.entities.find(entity => entity.id === key)
const children = (head, relation, relations) => relations.filter(r => r.head_id === head.id && r.label === relation).map(r => session.passage.byId.get(r.child_id)).filter(Boolean)
const valueOf = (attribute, keys) => attribute.type === 'entities' ? [...new Set(keys)] : keys[0] ?? null

// The attributes of a head once the relations of its passage are `after` instead of `before`; what a person has answered stays.
export function following (head, before, after) {
  const attributes = { ...head.attributes }
  for (const attribute of actorsOf(head)) {
    const [was, is] = [before, after].map(relations => derived(head, attribute, relations))
    const now = attributes[attribute.name]
    if (now !== undefined && !same(now, was)) continue
    if (is === undefined) delete attributes[attribute.name]
    else attributes[attribute.name] = is
  }
  return attributes
}

function derived (head, attribute, relations) {
  const keys = children(head, attribute.relation, relations).map(child => certain(child, head))
  return keys.length && keys.every(Boolean) ? valueOf(attribute, keys) : undefined
}

// For whom a child acts, where that is known: as elsewhere in this document, or by the entity table. Else somebody is asked once.
function certain (child, head) {
  const key = keyOf(child)
  if (!key) return null
  const entity = row(key)
  const country = entity?.code?.slice(0, COUNTRY)
  return learned(head).get(key) ?? scheme.entities.find(entity => country && entity.code === country)?.id ?? (child.attributes[METONYM] ? entity?.part_of : null)
}

// Key of a child -> key of the actor, by all other spans of the document, the last ones first.
function learned (head) {
  const actors = new Map()
  for (const passage of session.passages) {
    for (const relation of passage.relations) {
      const [other, child] = [passage.byId.get(relation.head_id), passage.byId.get(relation.child_id)]
      const attribute = other && other.id !== head.id && attributesOf(other).find(each => each.relation === relation.label)
      const [key, value] = [child && keyOf(child), attribute && other.attributes[attribute.name]]
      if (!key || !value) continue
      const keys = [value].flat()
      const alone = passage.relations.filter(r => r.head_id === other.id && r.label === relation.label).length === 1
      if (keys.includes(key)) actors.set(key, key)
      else if (alone && keys.length === 1) actors.set(key, keys[0])
    }
  }
  return actors
}

// The actors of another mention of the act that a span belongs to.
export function ofAct (span, attribute, act) {
  const twin = act && allSpans().find(other => other.id !== span.id && other.layer === span.layer && other.attributes[attribute.name] === act)
  const open = twin ? actorsOf(span).filter(each => !(each.name in span.attributes) && each.name in twin.attributes) : []
  return Object.fromEntries(open.map(each => [each.name, twin.attributes[each.name]]))
}

// What is proposed where nobody has answered: what the children name, or the value of the last span before.
export function guess (head, attribute) {
  const spans = session.passage.spans
  const inside = span => spans.filter(other => span.a <= other.a && other.b <= span.b && keyOf(other)).sort((one, other) => one.a - other.a || other.b - one.b)[0]
  const names = children(head, attribute.relation, session.passage.relations).map(child => keyOf(child) ? child : inside(child)).filter(Boolean)
  if (names.length) return valueOf(attribute, names.map(name => certain(name, head) ?? keyOf(name)))
  const before = session.passages.flatMap(passage => passage.spans.filter(span => passage.n < session.passage.n || (passage === session.passage && span.a < head.a)))
  return before.findLast(span => span.layer === head.layer && attribute.name in span.attributes)?.attributes[attribute.name] ?? valueOf(attribute, [])
}

// The actors of the document, those of most spans first.
export function actors () {
  const counts = new Map()
  for (const span of allSpans()) for (const { name } of actorsOf(span)) for (const key of [span.attributes[name] ?? []].flat()) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one))
}
