#include "lib/experiment/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <list>

#include "lib/core/error.h"
#include "lib/core/interrupt.h"
#include "lib/core/runtime.h"
#include "lib/experiment/run_one.h"
#include "lib/experiment/store.h"

namespace actlab {
namespace {

/// One child process with the two pipes to it.
struct Worker {
  pid_t pid = -1;
  int to = -1;
  int from = -1;
  std::string unread;             // the beginning of a line
  const RunSpec* spec = nullptr;  // what it is doing
};

/// In the child: pipes in place of standard input and output, then this program again as a worker.
[[noreturn]] void become_worker(int input, int output, const PoolOptions& options) {
  setpgid(0, 0);  // Ctrl-C on the terminal reaches the parent alone, which decides
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  for (const auto& [name, value] : thread_environment(options.threads))
    setenv(name.c_str(), value.c_str(), 1);
  const std::string folder = options.output.string(), threads = std::to_string(options.threads);
  const std::string events = "--tensorboard=" + options.tensorboard.string();
  execl("/proc/self/exe", program_invocation_name, "worker", "--output", folder.c_str(), "--threads",
        threads.c_str(), options.tensorboard.empty() ? nullptr : events.c_str(), nullptr);
  _exit(127);
}

Worker start_worker(const PoolOptions& options) {
  int to[2], from[2];
  if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0) {
    throw Error(ExitCode::run_failed, "a worker cannot be started", std::strerror(errno), "",
                "use fewer --jobs");
  }
  Worker worker;
  worker.pid = fork();
  if (worker.pid == 0) become_worker(to[0], from[1], options);
  close(to[0]);
  close(from[1]);
  worker.to = to[1];
  worker.from = from[0];
  if (worker.pid < 0) {
    throw Error(ExitCode::run_failed, "a worker cannot be started", std::strerror(errno), "",
                "use fewer --jobs");
  }
  return worker;
}

/// Closes the pipes and waits; says how the process ended.
std::string end_worker(Worker& worker) {
  close(worker.to);
  close(worker.from);
  int status = 0;
  while (waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) {
    if (interrupts() > 1) kill(worker.pid, SIGKILL);
  }
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* hint =
        signal == SIGKILL ? "; out of memory, perhaps: use fewer --jobs or a smaller --batch-size" : "";
    return fmt::format("the worker was ended by signal {} ({}){}", signal, strsignal(signal), hint);
  }
  return fmt::format("the worker ended with exit code {}", WEXITSTATUS(status));
}

class Pool {
 public:
  Pool(const std::vector<RunSpec>& specs, const PoolOptions& options)
      : specs_(specs), options_(options), store_(options.output) {}

  PoolResult run() {
    std::signal(SIGPIPE, SIG_IGN);  // a dead worker is seen at its end of file
    while (next_ < specs_.size() && workers_.size() < static_cast<size_t>(options_.jobs)) add_worker();
    while (!workers_.empty() && interrupts() == 0) wait_for_events();
    result_.interrupted = interrupts() > 0;
    for (auto& worker : workers_) kill(worker.pid, interrupts() > 1 ? SIGKILL : SIGTERM);
    for (auto& worker : workers_) end_worker(worker);
    return result_;
  }

 private:
  void add_worker() {
    workers_.push_back(start_worker(options_));
    give_next(workers_.back());
  }

  /// Hands out the next run; without one, the end of its input tells the worker to leave.
  void give_next(Worker& worker) {
    worker.spec = nullptr;
    while (next_ < specs_.size() && options_.may_start && !options_.may_start(specs_[next_])) ++next_;
    if (next_ == specs_.size()) {
      close(worker.to);
      worker.to = -1;
      return;
    }
    worker.spec = &specs_[next_++];
    emit(RunEvent(RunEvent::Kind::started, *worker.spec));
    const std::string line = to_json(*worker.spec).dump() + "\n";
    // Pipes hold 64 KiB and a spec less than 2: one write takes it whole. A dead worker shows at its end of
    // file.
    [[maybe_unused]] const ssize_t written = write(worker.to, line.data(), line.size());
  }

  void wait_for_events() {
    std::vector<pollfd> waiting;
    for (const auto& worker : workers_) waiting.push_back({worker.from, POLLIN, 0});
    if (poll(waiting.data(), waiting.size(), -1) < 0) return;  // an interrupt
    size_t index = 0;
    for (auto worker = workers_.begin(); worker != workers_.end() && index < waiting.size(); ++index) {
      const bool ready = waiting[index].revents != 0;
      worker = ready && !read_events(*worker) ? bury(worker) : std::next(worker);
    }
  }

  /// False at the end of the worker's output.
  bool read_events(Worker& worker) {
    char buffer[4096];
    const ssize_t count = read(worker.from, buffer, sizeof buffer);
    if (count < 0) return errno == EINTR;
    if (count == 0) return false;
    worker.unread.append(buffer, static_cast<size_t>(count));
    for (size_t end; (end = worker.unread.find('\n')) != std::string::npos;) {
      const std::string line = worker.unread.substr(0, end);
      worker.unread.erase(0, end + 1);
      handle(worker, line);
    }
    return true;
  }

  void handle(Worker& worker, const std::string& line) {
    // A library may print to standard output too; only our own lines are events.
    const auto event = nlohmann::json::parse(line, nullptr, false);
    if (!event.is_object() || !event.contains("event") || worker.spec == nullptr) return;
    if (event["event"] == "epoch") {
      RunEvent epoch(RunEvent::Kind::epoch, *worker.spec);
      epoch.epoch.epoch = event["epoch"];
      epoch.epoch.train_loss = number_or_nan(event["train_loss"]);
      for (const auto& [name, value] : event["validation"].items()) {
        epoch.epoch.validation[name] = number_or_nan(value);
      }
      emit(epoch);
    } else {
      finish(worker, status_from_name(event["status"]), event["error"]);
      give_next(worker);
    }
  }

  void finish(const Worker& worker, RunStatus status, const std::string& error) {
    (status == RunStatus::ok       ? result_.ok
     : status == RunStatus::failed ? result_.failed
                                   : result_.diverged) += 1;
    RunEvent finished(RunEvent::Kind::finished, *worker.spec);
    finished.status = status;
    finished.error = error;
    emit(finished);
  }

  /// A worker's output ended. If that was in the middle of a run, the run failed and another worker takes
  /// over.
  std::list<Worker>::iterator bury(std::list<Worker>::iterator worker) {
    const std::string reason = end_worker(*worker);
    if (worker->spec != nullptr && interrupts() == 0) {
      auto record = start_record(*worker->spec);
      record.status = RunStatus::failed;
      record.error = reason;
      store_.save(record);
      finish(*worker, RunStatus::failed, reason);
      if (next_ < specs_.size()) add_worker();
    }
    return workers_.erase(worker);
  }

  void emit(const RunEvent& event) {
    if (options_.on_event) options_.on_event(event);
  }

  const std::vector<RunSpec>& specs_;
  const PoolOptions& options_;
  Store store_;
  std::list<Worker> workers_;
  size_t next_ = 0;
  PoolResult result_;
};

}  // namespace

PoolResult run_pool(const std::vector<RunSpec>& specs, const PoolOptions& options) {
  return Pool(specs, options).run();
}

}  // namespace actlab
