// Rows of buttons: one stop of the Tab key each, arrows go on inside.
import { session } from './session.js'

const ROWS = '.row, .keys, .vals, .rels, .faults, .differences'

// One stop of the Tab key a row; arrows go on inside it.
export function rove (host) {
  for (const row of host.querySelectorAll(ROWS)) {
    const first = row.querySelector('[aria-checked=true], [aria-selected=true]') ?? row.querySelector('button')
    if (first) first.tabIndex = 0
  }
}

// In a host arrows move inside a row, Escape goes back to the text.
export function arrows (host) {
  host.addEventListener('keydown', event => {
    if (event.key === 'Escape') return session.passage?.node.focus()
    const direction = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const row = event.target.closest(ROWS)
    if (!direction || !row || event.target.tagName !== 'BUTTON') return
    const buttons = [...row.querySelectorAll('button')]
    const next = buttons.at((buttons.indexOf(event.target) + direction) % buttons.length)
    event.preventDefault()
    event.target.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  })
}
