#include "lib/cli/doctor.h"

#include <iostream>
#include <memory>

#include "lib/core/files.h"
#include "lib/core/runtime.h"

namespace actlab {

void add_doctor_command(Program& program, const std::string& name) {
  struct Options {
    std::string data_dir;
    int threads = 1;
  };
  const auto options = std::make_shared<Options>();
  auto& command = program.add_command("doctor", "what this program found on this machine", [options, name] {
    set_threads(options->threads);
    std::cout << doctor(name, data_directory(options->data_dir).string());
    return 0;
  });
  command.add_option("--data-dir", options->data_dir, "folder of the data sets");
  command.add_option("--threads", options->threads, "threads of LibTorch and the BLAS")
      ->check(CLI::Range(1, 1024));
}

}  // namespace actlab
