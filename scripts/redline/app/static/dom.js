// Small things on the document.
import { el } from './element.js'
export { el }

export const $ = (query, node = document) => node.querySelector(query)

// A button that leaves the focus in the text when the mouse presses it.
export function button (className, text, act) {
  const node = el('button', className, text)
  node.type = 'button'
  node.tabIndex = -1
  node.onclick = act
  node.onmousedown = event => event.preventDefault()
  return node
}

export function keycap (text) {
  const node = el('kbd', '', text)
  node.setAttribute('aria-hidden', 'true')
  return node
}

// A count with its noun.
export const number = (count, name) => `${count} ${name}${count === 1 ? '' : 's'}`

// Whether a key belongs to an input method; in Safari only the number shows it.
export const composing = event => event.isComposing || event.keyCode === 229

// Letters by what is printed on them, on other alphabets by where they are; digits by where they are.
export const letter = event => /^[a-z]$/i.test(event.key) ? event.key.toLowerCase()
  : /^Key[A-Z]$/.test(event.code) && !/^[\x00-\x7f]$/.test(event.key) ? event.code[3].toLowerCase() : ''
export const digit = event => /^(Digit|Numpad)\d$/.test(event.code) && !event.shiftKey ? +event.code.at(-1) : null

// Speaks politely; the same words twice are spoken twice.
export function say (text) {
  const status = $('#say')
  status.textContent = status.textContent === text ? text + '\u00a0' : text
}

// Speaks and shows: why a key did nothing, or what was undone. The next key takes it away.
export function tell (text) {
  say(text)
  $('#note').textContent = text
}

// Lines above the text: what a person should know while the page goes on.
export function notice (...lines) {
  const node = $('#notice')
  node.hidden = !lines.length
  if (node.innerText !== lines.join('\n')) node.replaceChildren(...lines.map(line => el('div', '', line)))
}

// Where a window has what is not saved yet.
export const keptIn = keep => keep.broken ? 'in this window' : 'stored here'
export const UNKEPT = 'This browser keeps no copy of what is not saved: while the server is away, it is lost if you close this window.'

export const quote = text => text.length > 60 ? text.slice(0, 40) + ' … ' + text.slice(-15) : text
export const words = name => String(name).replaceAll('_', ' ')

// On a narrow screen: opens or closes the column of the right, which lies above the dock. Whether it is open then.
export const sheet = () => document.body.classList.toggle('open')
