// An element with its class and its text. Text only ever enters by textContent.
export function el (tag, className = '', text = null) {
  const node = document.createElement(tag)
  if (className) node.className = className
  if (text != null) node.textContent = text
  return node
}
