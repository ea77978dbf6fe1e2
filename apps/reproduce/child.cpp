#include "apps/reproduce/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "lib/core/error.h"
#include "lib/core/interrupt.h"

namespace actlab {
namespace {

constexpr int not_started = 127;

[[noreturn]] void become(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                         bool show_output) {
  setpgid(0, 0);  // Ctrl-C on the terminal reaches the parent alone, which passes it on
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (!show_output) dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
  const std::string name = program.filename();
  std::vector<char*> argv = {const_cast<char*>(name.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(program.c_str(), argv.data());
  _exit(not_started);
}

/// Looks twice a tick rather than waiting: an interrupt that comes just before a wait would be slept through.
int wait_for(pid_t child) {
  int status = 0, passed_on = 0;
  for (;;) {
    const pid_t ended = waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return not_started;
    for (; passed_on < interrupts(); ++passed_on) kill(child, SIGINT);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

bool is_installed(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

int run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
              bool show_output) {
  if (access(program.c_str(), X_OK) != 0)
    throw data_error("a program of the suite is missing", program.string(), "", "./run build");
  const pid_t child = fork();
  if (child == 0) become(program, arguments, show_output);
  if (child < 0)
    throw Error(ExitCode::run_failed, "a program cannot be started",
                program.string() + ": " + std::strerror(errno));
  return wait_for(child);
}

}  // namespace actlab
