#include "lib/cli/program.h"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>

namespace actlab::test {
namespace {

using testing::ElementsAre;

/// What a POSIX shell takes `line` for.
std::vector<std::string> words_of(const std::string& line) {
  const auto command = "set -- " + line + "; for word do printf '%s\\0' \"$word\"; done";
  FILE* shell = popen(command.c_str(), "r");
  std::string output;
  std::array<char, 256> buffer{};
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), shell))
    output.append(buffer.data(), count);
  EXPECT_EQ(pclose(shell), 0);
  std::vector<std::string> words;
  for (size_t end; (end = output.find('\0')) != std::string::npos; output.erase(0, end + 1))
    words.push_back(output.substr(0, end));
  return words;
}

/// A program with one command that has a flag like those of `compare`.
class Pasted : public testing::Test {
 protected:
  Pasted() {
    auto& command = program_.add_command("compare", "a test", [] { return 0; });
    command.add_option("--activations", activations_);
    program_.add_command("train", "another", [] { return 0; }).add_option("--activations", activations_);
  }

  int run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    return program_.run(static_cast<int>(arguments.size()), arguments.data());
  }

  Program program_{"actlab", "a test"};
  std::string activations_ = "relu";
};

TEST_F(Pasted, TheCommandLineIsTheSameCommandAgain) {
  for (const std::string activations :
       {"relu,tanh", "expr:sigmoid(x) - 0.5", "expr:where(x > 0, x, 0);beta=1", "it's \"$HOME\" \\ *"}) {
    ASSERT_EQ(run({"/some/where/actlab", "compare", "--activations", activations}), 0);
    EXPECT_THAT(words_of(program_.command_line()),
                ElementsAre("actlab", "compare", "--activations", activations));
  }
  ASSERT_EQ(run({"actlab", "compare", "--activations", "relu,leaky_relu:slope=0.1"}), 0);
  EXPECT_EQ(program_.command_line(), "actlab compare --activations relu,leaky_relu:slope=0.1")
      << "quotes only where they are needed";
}

TEST_F(Pasted, ACommandMadeOfTheOptionsCanBePastedToo) {
  ASSERT_EQ(run({"actlab", "compare", "--activations=expr:sigmoid(x) - 0.5"}), 0);
  EXPECT_THAT(words_of(program_.command_line_of("train")),
              ElementsAre("actlab", "train", "--activations", "expr:sigmoid(x) - 0.5"));
}

}  // namespace
}  // namespace actlab::test
