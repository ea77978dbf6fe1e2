#pragma once

#include "apps/text_sentiment/program.h"
#include "tests/apps/domain_test.h"

namespace actlab::test {

/// A test that runs text_sentiment.
class TextProgram : public DomainProgram {
 protected:
  TextProgram() : DomainProgram(ACTLAB_BIN "/text_sentiment", run_text_sentiment) {}

  /// A grid of runs of a second: two activations, two seeds.
  std::vector<std::string> small_grid() const {
    return {"compare",   "--activations", "relu,sigmoid", "--seeds",      "0..1", "--model",
            small_model, "--train-limit", "300",          "--test-limit", "100",  "--epochs",
            "2",         "--output",      output()};
  }

  static constexpr auto small_model = "dan:depth=1,width=16,embedding=16";
};

/// Reviews of three classes in French, Latin-1, with a column that is no concern of ours.
inline std::string latin1_table() {
  const std::vector<std::pair<std::string, std::vector<std::string>>> words = {
      {"mauvais", {"affreux", "g\xe2teux", "rat\xe9", "triste"}},
      {"moyen", {"correct", "passable", "ordinaire", "mod\xe9r\xe9"}},
      {"bon", {"superbe", "d\xe9licieux", "parfait", "r\xe9ussi"}}};
  std::string table = "numero;avis;verdict\n";
  int number = 0;
  for (const auto* place :
       {"le caf\xe9", "le th\xe9", "le repas", "le pain", "le go\xfbt", "la soupe", "le plat", "le vin"}) {
    for (const auto& [verdict, adjectives] : words) {
      for (const auto& adjective : adjectives)
        table += std::to_string(++number) + ";\"" + place + " \xe9tait " + adjective + "\";" + verdict + "\n";
    }
  }
  return table;
}

/// A test with a model of these reviews, which is trained once.
class SavedTextModel : public TextProgram {
 protected:
  static void TearDownTestSuite() { fs::remove_all(place()); }

  void SetUp() override {
    TextProgram::SetUp();
    if (fs::exists(model())) return;
    fs::create_directories(place());
    std::ofstream(table(), std::ios::binary) << latin1_table();
    const auto result = run({"train",
                             "--dataset",
                             table(),
                             "--text-column",
                             "avis",
                             "--label-column",
                             "verdict",
                             "--encoding",
                             "latin1",
                             "--model",
                             "dan:depth=1,width=32,embedding=32,word_dropout=0",
                             "--epochs",
                             "20",
                             "--batch-size",
                             "8",
                             "--lr",
                             "0.01",
                             "--min-count",
                             "1",
                             "--max-tokens",
                             "20",
                             "--save",
                             model()});
    ASSERT_EQ(result.code, 0) << result.err;
    trained_output() = result.out;
  }

  static fs::path place() {
    return fs::temp_directory_path() / ("actlab_text_model_" + std::to_string(getpid()));
  }
  static std::string model() { return place() / "model.actlab"; }
  static std::string table() { return place() / "avis.csv"; }
  static std::string& trained_output() {
    static std::string output;
    return output;
  }
};

}  // namespace actlab::test
