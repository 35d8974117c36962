// Whether a key belongs to a text being typed, composing with an input method included.
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const target = event.target;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
