#pragma once

#include "apps/click_recommendation/program.h"
#include "tests/apps/domain_test.h"

namespace actlab::test {

/// A shop where users click what is of their favourite kind, tea, coffee or water, in all events but one
/// in 17. Each user has seen two items in three; those that are left are of all kinds.
inline std::string shop_table() {
  const char* kinds[] = {"tea", "coffee", "water"};
  std::string table = "time,user,favourite,item,title,kind,price,click\n";
  for (int event = 0; event < 30 * 24; ++event) {
    const int place = event * 319 % (30 * 24), user = place / 24, item = place % 24;
    if ((user / 3 + item / 3) % 3 == 0) continue;
    const bool click = (user % 3 == item % 3) != (event % 17 == 0);
    table += std::to_string(1'600'000'000 + 3600 * event) + ",u" + std::to_string(user) + "," +
             kinds[user % 3] + ",i" + std::to_string(item) + ",\"" + kinds[item % 3] + ", number " +
             std::to_string(item) + "\"," + kinds[item % 3] + "," + std::to_string(item % 5) + ".5," +
             (click ? "1\n" : "0\n");
  }
  return table;
}

inline constexpr auto shop_schema = R"(label = "click"
user = "user"
item = "item"
title = "title"
time = "time"
fields = [
  { name = "user", kind = "categorical" },
  { name = "favourite", kind = "categorical" },
  { name = "item", kind = "categorical", of_item = true },
  { name = "kind", kind = "categorical", of_item = true },
  { name = "price", kind = "numerical", transform = "log", of_item = true },
  { name = "liked", kind = "history", of = "item", longest = 5 },
]
)";

/// A test that runs click_recommendation.
class ClickProgram : public DomainProgram {
 protected:
  ClickProgram() : DomainProgram(ACTLAB_BIN "/click_recommendation", run_click_recommendation) {}

  /// A grid of runs of a second: two activations, two seeds.
  std::vector<std::string> small_grid() const {
    return {"compare",   "--activations", "relu,sigmoid", "--seeds",      "0..1", "--model",
            small_model, "--train-limit", "2000",         "--test-limit", "500",  "--epochs",
            "1",         "--output",      output()};
  }

  static constexpr auto small_model = "mlp:embedding=4,width=8";
};

/// A test with a model of the shop, which is trained once.
class SavedClickModel : public ClickProgram {
 protected:
  static void TearDownTestSuite() { fs::remove_all(place()); }

  void SetUp() override {
    ClickProgram::SetUp();
    if (!fs::exists(model())) train();
    stay_in_process();
  }

  void train() const {
    fs::create_directories(place());
    std::ofstream(table(), std::ios::binary) << shop_table();
    std::ofstream(place() / "shop.toml", std::ios::binary) << shop_schema;
    const auto result = run({"train", "--dataset", table(), "--schema", (place() / "shop.toml").string(),
                             "--model", "deepfm:embedding=4,width=16", "--activation", "tanh", "--epochs",
                             "10", "--batch-size", "16", "--lr", "0.02", "--save", model()});
    ASSERT_EQ(result.code, 0) << result.err;
    trained_output() = result.out;
  }

  static fs::path place() {
    return fs::temp_directory_path() / ("actlab_click_model_" + std::to_string(getpid()));
  }
  static std::string model() { return place() / "model.actlab"; }
  static std::string table() { return place() / "shop.csv"; }
  static std::string& trained_output() {
    static std::string output;
    return output;
  }
};

}  // namespace actlab::test
