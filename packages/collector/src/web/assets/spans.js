// Two spans by slider: says each value in words, draws both spans, and keeps the first before the second. Without this
// script the form works all the same.

export function followSpans() {
  const form = document.querySelector('form[data-spans]');
  if (form === null) return;
  const { before, after, span } = form.elements;
  const [first, second] = form.querySelectorAll('svg rect');
  const length = form.querySelector('svg').viewBox.baseVal.width;

  function draw(rect, fromDays, toDays) {
    rect.setAttribute('x', String(length - fromDays));
    rect.setAttribute('width', String(fromDays - toDays));
  }

  function show() {
    for (const slider of [before, after, span]) {
      const text = `${slider.value} ${slider.dataset.unit}`;
      slider.nextElementSibling.value = text;
      slider.setAttribute('aria-valuetext', text);
    }
    const [end, begin, days] = [before, after, span].map((slider) => Number(slider.value));
    draw(first, end + days, end);
    draw(second, begin, Math.max(0, begin - days));
  }

  form.addEventListener('input', ({ target }) => {
    // The one that is not moved gives way.
    if (Number(before.value) < Number(after.value)) {
      if (target === after) before.value = after.value;
      else after.value = before.value;
    }
    show();
  });
  show();
}
