#pragma once

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

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

/// A test with a folder of its own that runs the real program.
class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        fs::temp_directory_path() / ("actlab_" + std::string(test->name()) + "_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);
    unsetenv("NO_COLOR");
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string output() const { return (folder_ / "output").string(); }

  /// A grid of one-second runs: two activations, two seeds.
  std::vector<std::string> small_grid() const {
    return {"compare",
            "--activations",
            "relu,sigmoid",
            "--seeds",
            "0..1",
            "--model",
            "mlp:depth=1,width=16",
            "--train-limit",
            "400",
            "--test-limit",
            "100",
            "--epochs",
            "2",
            "--output",
            output()};
  }

  pid_t start(const std::vector<std::string>& arguments) const {
    const pid_t child = fork();
    if (child != 0) return child;
    std::vector<char*> argv = {const_cast<char*>("image_classification")};
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    dup2(open((folder_ / "out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
    dup2(open((folder_ / "err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
    execv(ACTLAB_BIN "/image_classification", argv.data());
    _exit(127);
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

  std::vector<fs::path> records() const {
    std::vector<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(output() + "/runs", none)) {
      if (entry.path().extension() == ".json") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
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

  fs::path folder_;
};

}  // namespace actlab::test
