#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "lib/core/runtime.h"

namespace actlab::test {

namespace fs = std::filesystem;

inline std::string slurp(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// What a program left behind.
struct Result {
  int code = -1;  // exit code, or 128 + signal
  std::string out, err;
};

/// A test with a folder of its own that runs a real program.
class CommandLine : public testing::Test {
 protected:
  using Main = int (*)(int, char**);

  /// `main`: what the program's own calls, for stay_in_process().
  explicit CommandLine(fs::path program, Main main = nullptr) : program_(std::move(program)), main_(main) {}

  /// From now on calls run in a copy of this process instead of one that begins with half a second of loading
  /// LibTorch. Not for calls that train: workers start from the program's file, and a copy has none of the
  /// threads that LibTorch may have here.
  void stay_in_process(bool stay = true) {
    stays_ = stay && main_ != nullptr;
    if (stays_) set_threads(1);
  }

  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        fs::temp_directory_path() / ("actlab_" + std::string(test->name()) + "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
    unsetenv("NO_COLOR");
  }
  void TearDown() override { fs::remove_all(folder_); }

  pid_t start(const std::vector<std::string>& arguments) const {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child != 0) return child;
    const std::string name = program_.filename();
    std::vector<char*> argv = {const_cast<char*>(name.c_str())};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    dup2(open(input_.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
    dup2(open((folder_ / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    if (!stays_) {
      execv(program_.c_str(), argv.data());
      _exit(127);
    }
    const int code = main_(static_cast<int>(arguments.size()) + 1, argv.data());
    std::cout.flush();
    std::fflush(nullptr);
    _exit(code);  // what tests have to tidy up is not this copy's
  }

  Result wait(pid_t child) const {
    int status = 0;
    waitpid(child, &status, 0);
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), slurp(folder_ / "out"),
            slurp(folder_ / "err")};
  }

  Result run(const std::vector<std::string>& arguments) const { return wait(start(arguments)); }

  Result run(std::vector<std::string> arguments, const std::vector<std::string>& more) const {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }

  /// Waits until `condition` holds; the test fails after a minute.
  template <typename Condition>
  static bool eventually(Condition condition) {
    for (int tries = 0; tries < 6000; ++tries) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "waited in vain";
    return false;
  }

  fs::path program_, folder_;
  Main main_;
  bool stays_ = false;
  fs::path input_ = "/dev/null";  // what the program reads on standard input
};

}  // namespace actlab::test
