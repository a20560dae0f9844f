// What a rater does to spans, relations and layers, by subject; other modules find it here.
export { acts, answer, ask, attributes, clear, give } from './ask.js'
export { errorsOf, layerDone, passageDone } from './done.js'
export { bounds, doubt, label, remove, repair } from './label.js'
export { chosen, letterOf, relate, role, rolesNow, untie } from './link.js'
export { cycle, jump, pick } from './select.js'
export { history } from './undo.js'
