// Rows of buttons: one stop of the Tab key each, arrows go on inside.

export const ROWS = '.row, .keys, .vals, .rels, .faults, .differences'

// One stop of the Tab key a row; arrows go on inside it.
export function rove (host) {
  for (const row of host.querySelectorAll(ROWS)) {
    const first = row.querySelector('[aria-checked=true], [aria-selected=true]') ?? row.querySelector('button')
    if (first) first.tabIndex = 0
  }
}
