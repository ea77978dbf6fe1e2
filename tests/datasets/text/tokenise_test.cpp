#include <gmock/gmock.h>
#include <utf8proc.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "datasets/text/vocabulary.h"
#include "lib/core/error.h"

namespace actlab::test {
namespace {

using Tokens = std::vector<std::string>;

/// Tokens joined by blanks: what goldens show.
std::string cut(const std::string& text, Unspaced unspaced = Unspaced::characters) {
  return join(tokenise(text, unspaced), " ");
}

TEST(Tokenise, CutsEnglishAsThePennTreebank) {
  EXPECT_EQ(cut("I don't think it's \"good\"... O'Neill's film can't win!!"),
            "i do n't think it 's \" good \" ... o'neill 's film ca n't win ! !");
  EXPECT_EQ(cut("We've said they'd come; you'll see I'm right, we're not."),
            "we 've said they 'd come ; you 'll see i 'm right , we 're not .");
  EXPECT_EQ(cut("I wouldn't've paid $1,299.99 -- 50% off"), "i would n't 've paid $ 1,299.99 -- 50 % off");
  EXPECT_EQ(cut("the dogs' well-made 1980's house, 21st no. 3."),
            "the dogs ' well - made 1980 's house , 21st no . 3 .");
  EXPECT_EQ(cut("‘Don’t’"), "‘ do n't '");
}

TEST(Tokenise, LeavesWhatIsCutAlready) {
  for (const std::string text : {"does n't quite live up to the book 's promise , but they 've done it .",
                                 "`` it 's ca n't miss '' -- and i 'd say so ... you 'll agree , we 're sure",
                                 "the o'fallon family , rock'n'roll at its best ; 1,000 seats , 3.5 stars"}) {
    EXPECT_EQ(cut(text), text);
  }
}

TEST(Tokenise, CutsOtherAlphabets) {
  EXPECT_EQ(cut("Die Straße war schön, GRÜẞE aus Köln: geht's?"),
            "die strasse war schön , grüsse aus köln : geht 's ?");
  EXPECT_EQ(cut("L’été d’aujourd’hui n’est pas qu'une idée ; c'est «bon» !"),
            "l' été d' aujourd'hui n' est pas qu' une idée ; c' est « bon » !");
  EXPECT_EQ(cut("Ёлка — это «очень» хорошо, п'ять!"), "ёлка — это « очень » хорошо , п'ять !");
  EXPECT_EQ(cut("이 식당은 정말 좋아요."), "이 식당은 정말 좋아요 .");
  EXPECT_EQ(cut("هذا المطعم رائع، شكراً"), "هذا المطعم رائع ، شكراً");
  EXPECT_EQ(cut("यह फ़िल्म अच्छी है।"), cut("यह फ़िल्म अच्छी है ।"));  // marks stay with their letters
}

TEST(Tokenise, CutsScriptsWithoutBlanks) {
  EXPECT_EQ(cut("这家餐厅的服务不好。"), "这 家 餐 厅 的 服 务 不 好 。");
  EXPECT_EQ(cut("服務不好，很貴！", Unspaced::bigrams), "服務 務不 不好 , 很貴 !");
  EXPECT_EQ(cut("服務不好，貴！A級", Unspaced::both), "服 服務 務 務不 不 不好 好 , 貴 ! a 級");
  EXPECT_EQ(cut("貴！A級", Unspaced::bigrams), "貴 ! a 級");  // a character alone has no pair
  EXPECT_EQ(cut("この映画は面白い！スーパー・ﾏﾘｵ３つ々〇"),
            "こ の 映 画 は 面 白 い ! ス ー パ ー ・ マ リ オ 3 つ 々 〇");
  EXPECT_EQ(cut("か\u3099き", Unspaced::both), "が がき き");
  EXPECT_EQ(cut("อร่อย ๑๒ บาท"), "อ ร่ อ ย ๑๒ บ า ท");  // vowel signs stay with their consonants
  EXPECT_EQ(join(tokenise("ខ្មែរ", Unspaced::characters), ""), "ខ្មែរ");  // how many differs between Unicodes
  EXPECT_GE(tokenise("ខ្មែរ", Unspaced::characters).size(), 2U);
  EXPECT_EQ(tokenise("မြန်မာ", Unspaced::bigrams).size() + 1, tokenise("မြန်မာ", Unspaced::characters).size());
  EXPECT_EQ(cut("ສະບາຍ", Unspaced::characters), "ສ ະ ບ າ ຍ");
}

TEST(Tokenise, KeepsEmojiWhole) {
  EXPECT_EQ(tokenise("ok👍🏽👩‍💻👨‍👩‍👧‍👦🇹🇼🇩🇪!", Unspaced::both),
            (Tokens{"ok", "👍🏽", "👩‍💻", "👨‍👩‍👧‍👦", "🇹🇼", "🇩🇪", "!"}));
  EXPECT_EQ(cut("❤️"), cut("❤"));  // with and without the selector of a coloured picture
  EXPECT_EQ(cut("👩🏽‍🚀🏳️‍🌈"), "👩🏽‍🚀 🏳‍🌈");
  EXPECT_EQ(cut("1️⃣ place"), "1⃣ place");
}

TEST(Tokenise, FoldsFormsAndDropsTheInvisible) {
  EXPECT_EQ(cut("ＡＢＣ１２３！（ｏｋ）"), "abc123 ! ( ok )");
  EXPECT_EQ(cut("one\u0085two\u00a0three\u3000four\u2028five\tsix\nseven"),
            "one two three four five six seven");
  EXPECT_EQ(cut("soft\u00adhyphen zero\u200cwidth\u2060less \ufeffmark"), "softhyphen zerowidthless mark");
  EXPECT_EQ(cut("break\u200bhere"), "break here");
  EXPECT_EQ(cut("cafe\u0301 CAFÉ ﬁne 8½ x² wait… ok™"), "café café fine 8 1 ⁄ 2 x 2 wait ... oktm");
  EXPECT_EQ(cut(""), "");
  EXPECT_EQ(cut(" \u200d\ufe0f\u00ad\n"), "");
  EXPECT_EQ(tokenise(std::string("a\0b", 3), Unspaced::both), (Tokens{"a", "b"}));
}

TEST(Tokenise, CountsEachByteOfBrokenUtf8) {
  EXPECT_EQ(cut("a\xff\xfe z"), "a \ufffd \ufffd z");
  EXPECT_EQ(cut("\xe4\xb8"), "\ufffd \ufffd");                        // cut off
  EXPECT_EQ(cut("\xed\xa0\x80"), "\ufffd \ufffd \ufffd");             // a surrogate
  EXPECT_EQ(cut("\xc0\xaf"), "\ufffd \ufffd");                        // longer than need be
  EXPECT_EQ(cut("\xf4\x90\x80\x80"), "\ufffd \ufffd \ufffd \ufffd");  // beyond Unicode
}

TEST(Tokenise, TakesPilesOfMarksInLinearTime) {
  std::string pile = "e";
  for (int i = 0; i < 500'000; ++i) pile += "\u0301\u0323";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(tokenise(pile, Unspaced::both).size(), 1U);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));  // sorting it takes hours
}

TEST(Normalise, AgreesWithPython) {
  const auto cases = nlohmann::json::parse(std::ifstream(ACTLAB_GOLDEN "/normalise.json"));
  ASSERT_GE(cases.size(), 20U);
  for (const auto& one : cases)
    EXPECT_EQ(normalise(one["text"]), one["normal"].get<std::string>()) << one["text"];
}

bool is_valid(const std::string& text) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t c = 0;
    const auto taken = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &c);
    if (taken <= 0) return false;
    at += static_cast<size_t>(taken);
  }
  return true;
}

TEST(Tokenise, TakesAnyBytes) {
  std::mt19937 random(4);
  // Bytes as they come, and bytes that often make characters of two to four.
  const std::string likely = "\xe2\x80\x8d\x99\xcc\x81\xf0\x9f\x91\xa9\xe4\xb8\xad\xe0\xb8' a.n't1";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = round % 2 == 0 ? static_cast<char>(random()) : likely[random() % likely.size()];
    for (const auto unspaced : {Unspaced::characters, Unspaced::bigrams, Unspaced::both}) {
      for (const auto& token : tokenise(text, unspaced)) {
        ASSERT_FALSE(token.empty());
        ASSERT_TRUE(is_valid(token)) << testing::PrintToString(text);
      }
    }
  }
}

TEST(Tokenise, ChangesNothingTheSecondTime) {
  std::mt19937 random(5);
  const Tokens pieces{"a",       "n", "t", "s",      "d",      "m", "l", "qu",       "re", "ll", "É",
                      "e\u0301", "ß", "ж", "Ω",      "한",     "ह", "ि", "'",        "’",  "'",  "n't",
                      "'s",      " ", " ", " ",      ".",      ",", "-", "`",        "!",  "\"", "1",
                      "20",      "½", "ﬁ", "\u00ad", "\u200b", "…", "😀", "👍🏽", "؟",  "ع"};
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto left = random() % 15; left > 0; --left) text += pieces[random() % pieces.size()];
    const Tokens once = tokenise(text, Unspaced::both);
    ASSERT_EQ(tokenise(join(once, " "), Unspaced::both), once) << testing::PrintToString(text);
  }
}

/// The sentences of SST-2 are tokens of Stanford's tokeniser without hyphens; the few that differ have '70s,
/// 'em, !? and the like.
TEST(RealDataTokenise, LeavesSentencesOfSstAsTheyAre) {
  const char* data = std::getenv("ACTLAB_DATA");
  std::ifstream file(std::string(data == nullptr ? "" : data) + "/sst2-sentences/train.tsv");
  if (!file) GTEST_SKIP() << "ACTLAB_DATA holds no sst2-sentences";
  int sentences = 0, same = 0;
  for (std::string line; std::getline(file, line); ++sentences) {
    const std::string sentence = line.substr(0, line.rfind('\t'));
    same += cut(sentence) == normalise(sentence);
  }
  EXPECT_EQ(sentences, 6920);
  EXPECT_GE(same, 6890);
}

}  // namespace
}  // namespace actlab::test
