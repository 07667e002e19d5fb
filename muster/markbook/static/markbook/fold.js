/** Text as it is compared: without case, accents and extra spaces, so that Zoë, zoe and ZOE are one. */
const OTHER = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ı: 'i' };

export function fold(text = '') {
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return bare.replace(/[øłđðßæœþı]/g, (letter) => OTHER[letter]).replace(/\s+/g, ' ').trim();
}
