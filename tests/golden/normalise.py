"""Unicode normalisation by Python's own tables: NFKC and full case folding, repeated until nothing changes.

Writes normalise.json beside itself. Made with Python 3.11 (Unicode 14).
"""

import json
import pathlib
import unicodedata

TEXTS = [
    "Plain ASCII, UPPER and lower.",
    "GRÖSSE, Größe, GRÜẞE, Straße",
    "Ça coûte 3 000 €, n'est-ce pas? ŒUVRE ÉTÉ e\u0301te\u0301",
    "Ёлка, ЕЁ ПЯТЬ – ЇЖАК",
    "ΣΊΣΥΦΟΣ Σίσυφος ΰ ᾳ ᾼ",
    "İstanbul ISPARTA ılık",
    "Đặng Thị Ngọc Hân ĐIỆN THOẠI",
    "อาหารอร่อยมาก น้ำ กำ ๑๒๓",
    "ສະບາຍດີ ນໍ້າ",
    "ｱｲｳｴｵ ｶﾞｷﾞ スーパー ㍿ ㌔ か\u3099",
    "ＡＢＣａｂｃ１２３！？，。（）",
    "豈 更 車 賈 ⼈ ⽊ 〸",
    "한국어 \u1112\u1161\u11ab ﾡ",
    "हिन्दी ज़ क़ \u0958",
    "السَّلامُ عليكم ﻻ ﷺ ﷲ",
    "שָׁלוֹם שּׁ",
    "ﬁﬂ ﬃ ĳ ŉ ǆ Ǆ ǅ",
    "™ ℡ № ℃ Å Ω K",
    "… ‥ ‼ ⁇ – — “quoted” ‘single",
    "\u00a0no-break\u3000wide\u2003em",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒞 𝟘𝟙𝟚",
    "q\u0323\u0307 q\u0307\u0323 a\u0315\u0300\u05ae\u0062",
    "Ⴀ ა Ა Ꭰ ꭰ",
    "😀 👍🏽 🇹🇼",
]


def normalise(text):
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded if folded == text else normalise(folded)


def main():
    cases = [{"text": text, "normal": normalise(text)} for text in TEXTS]
    file = pathlib.Path(__file__).with_suffix(".json")
    file.write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


main()
