/** Chooses the browser's time zone in the set-up form, where the server could only guess. */
const zones = document.querySelector<HTMLSelectElement>('select[data-guess]');
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

if (zones && [...zones.options].some((option) => option.value === own)) zones.value = own;
