#include <sys/ioctl.h>

#include <cstdlib>

#include "tests/apps/text_sentiment/program_test.h"

namespace actlab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Runs the program on a pseudo-terminal, where a person would sit.
class TextTerminal : public SavedTextModel {
 protected:
  /// Types `keys` once the program prompts and returns all that the terminal shows.
  Result type(const std::vector<std::string>& arguments, const std::string& keys) {
    const int screen = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(screen);
    unlockpt(screen);
    const std::string terminal = ptsname(screen);
    const pid_t child = fork();
    if (child == 0) become(terminal, arguments);
    const int kept = open(terminal.c_str(), O_RDWR | O_NOCTTY);  // until the child has opened it
    Result result;
    bool typed = keys.empty();
    char bytes[4096];
    for (ssize_t count; (count = read(screen, bytes, sizeof bytes)) > 0;) {
      if (result.out.empty()) close(kept);
      result.out.append(bytes, static_cast<size_t>(count));
      if (!typed && result.out.find("> ") != std::string::npos)
        typed = write(screen, keys.data(), keys.size()) > 0;
    }
    int status = 0;
    waitpid(child, &status, 0);
    close(screen);
    result.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
  }

 private:
  [[noreturn]] void become(const std::string& terminal, const std::vector<std::string>& arguments) {
    setsid();
    const int tty = open(terminal.c_str(), O_RDWR);
    ioctl(tty, TIOCSCTTY, 0);
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(tty, descriptor);
    setenv("TERM", "xterm", 1);
    std::vector<char*> argv = {const_cast<char*>("text_sentiment")};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execv(program_.c_str(), argv.data());
    _exit(127);
  }

  static ssize_t write(int descriptor, const char* data, size_t size) {
    return ::write(descriptor, data, size);
  }
};

TEST_F(TextTerminal, PromptsAnswersAndEndsWithTheInput) {
  const auto result = type({"predict", "--load", model(), "--interactive"}, "le pain superbe\n\x04");
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_THAT(result.out, AllOf(HasSubstr("> "), HasSubstr("bon"), HasSubstr(" %  le pain superbe")));
}

TEST_F(TextTerminal, ControlCEndsWith130) {
  EXPECT_EQ(type({"predict", "--load", model(), "--interactive"}, "\x03").code, 130);
}

TEST_F(TextTerminal, ColoursWordsForAndAgainstTheClassUnlessToldNotTo) {
  const std::vector<std::string> explain = {"predict", "--load", model(), "--explain",
                                            "superbe superbe affreux \x1b[7m"};
  const auto coloured = type(explain, "").out;
  EXPECT_THAT(coloured, AllOf(HasSubstr("\033[32msuperbe +"), HasSubstr("\033[31maffreux -"),
                              Not(HasSubstr("\033[7m"))));
  setenv("NO_COLOR", "1", 1);
  EXPECT_THAT(type(explain, "").out, AllOf(HasSubstr("superbe +"), Not(HasSubstr("\033["))));
  unsetenv("NO_COLOR");
}

}  // namespace
}  // namespace actlab::test
