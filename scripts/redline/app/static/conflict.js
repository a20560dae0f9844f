// The question of a conflict: two windows changed the same field, and somebody decides which is right.
import { ask, chip, row } from './chips.js'
import { words } from './dom.js'
import { session } from './session.js'

export function conflict () {
  const first = session.store.conflicts[0]
  const shown = value => value === null || value === undefined ? 'nothing' : value.text ?? (typeof value === 'object' ? value.label ?? JSON.stringify(value) : words(value))
  const what = first.field && first.field !== 'value' ? first.field.replace('@', '') : first.item.split(':')[0]
  const text = `Two windows changed the ${words(what)} in passage ${first.passage} (${session.store.conflicts.length} open). Which value is right?`
  return [ask(text), row('scroll', chip('1', `saved: ${shown(first.theirs)}`, () => settle(false)), chip('2', `mine: ${shown(first.mine)}`, () => settle(true)))]
}

export function settle (mine) {
  session.store.settle(mine)
  session.mode = session.store.conflicts.length ? 'conflict' : null
}
