// My edits on top of what other windows saved: by item, and within a span by field. Nobody's change is lost in silence.
export const clone = value => value === undefined ? undefined : structuredClone(value)

export function same (one, other) {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  const names = Object.keys(one)
  return names.length === Object.keys(other).length && names.every(name => name in other && same(one[name], other[name]))
}

// `state` is a list of passages, each an object of item -> value.
export function apply (state, edit) {
  if (!state[edit.passage]) return   // a passage of the text before its correction
  if (edit.after === null) delete state[edit.passage][edit.item]
  else state[edit.passage][edit.item] = clone(edit.after)
}

// The fields of a value that two windows may change apart; the place of a span is one field.
function fields (value) {
  if (typeof value !== 'object' || !value.attributes) return { value }
  const { start, end, text, attributes, ...rest } = value
  const named = Object.entries(attributes).map(([name, field]) => ['@' + name, field])
  return { ...Object.fromEntries(Object.entries(rest)), place: { start, end, text }, ...Object.fromEntries(named) }
}

function whole (parts) {
  if ('value' in parts) return parts.value
  const { place, ...rest } = parts
  const value = { attributes: {} }
  for (const [name, field] of Object.entries(rest)) {
    if (field === undefined) continue
    if (name[0] === '@') value.attributes[name.slice(1)] = field
    else value[name] = field
  }
  return { ...value, ...place }
}

// The edit as it has to be sent on top of `now` (null: nothing is left of it), and the conflicts.
// A conflict: { passage, item, kind, field, mine, theirs }.
export function rebase (edit, now, touched) {
  const at = { passage: edit.passage, item: edit.item }
  if (edit.before === null && now === undefined) return [edit, []]
  if (now === undefined) {
    if (edit.after === null) return [null, []]
    return [{ ...edit, before: null }, touched ? [{ ...at, kind: 'they removed it', mine: clone(edit.after), theirs: null }] : []]
  }
  if (same(now, edit.before)) return [edit, []]
  if (same(now, edit.after)) return [null, []]
  if (edit.after === null) return [null, [{ ...at, kind: 'I removed it', mine: null, theirs: clone(now) }]]
  return merged(edit, now, at)
}

function merged (edit, now, at) {
  const before = edit.before === null ? {} : fields(edit.before)
  const [mine, theirs, result, conflicts] = [fields(edit.after), fields(now), {}, []]
  for (const field of new Set([...Object.keys(before), ...Object.keys(mine), ...Object.keys(theirs)])) {
    const [b, m, t] = [before[field], mine[field], theirs[field]]
    result[field] = same(m, t) || same(m, b) ? t : same(t, b) ? m : t
    if (!same(m, t) && !same(m, b) && !same(t, b)) conflicts.push({ ...at, kind: 'both changed', field, mine: clone(m), theirs: clone(t) })
  }
  const after = whole(result)
  return [same(after, now) ? null : { ...edit, before: clone(now), after }, conflicts]
}

// The queue on top of the edits that came since its base, which `base` gets; with the keys that are left over.
export function replay (queue, since, base) {
  const mine = new Set(queue.map(edit => edit.key))
  const arrived = new Set(since.map(edit => edit.key))
  const touched = new Set(since.filter(edit => !mine.has(edit.key)).map(edit => edit.passage + edit.item))
  for (const edit of since) apply(base, edit)
  const state = clone(base)
  const [kept, conflicts] = [[], []]
  for (const edit of queue) {
    if (arrived.has(edit.key)) continue
    const [left, clashes] = rebase(edit, state[edit.passage]?.[edit.item], touched.has(edit.passage + edit.item))
    conflicts.push(...clashes)
    if (left) { kept.push(left); apply(state, left) }
  }
  return { queue: kept, conflicts, state }
}

// The value with a field of the conflict as I wanted it.
export function withMine (now, conflict) {
  if (conflict.kind !== 'both changed') return clone(conflict.mine)
  return whole({ ...fields(now), [conflict.field]: clone(conflict.mine) })
}
