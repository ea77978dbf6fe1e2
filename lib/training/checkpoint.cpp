#include "lib/training/checkpoint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/torch.h>

#include "lib/core/error.h"
#include "lib/core/files.h"
#include "lib/core/random.h"

namespace actlab {
namespace {

namespace fs = std::filesystem;
using Tensors = c10::Dict<std::string, at::Tensor>;

const std::string family = "ACTLAB";
const std::string magic = family + std::string("\1\n");
constexpr size_t number_bytes = 8;

std::string encode(uint64_t number) {
  std::string bytes;
  for (size_t i = 0; i < number_bytes; ++i) bytes += static_cast<char>((number >> (8 * i)) & 0xff);
  return bytes;
}

uint64_t decode(const char* bytes) {
  uint64_t number = 0;
  for (size_t i = number_bytes; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

Error damaged(const fs::path& file, const std::string& why) {
  return data_error("a checkpoint is damaged", fmt::format("{}: {}", file.string(), why),
                    "a complete checkpoint", "save or copy the model again");
}

Error other_network(const fs::path& file, const std::string& difference) {
  return data_error("a checkpoint does not fit the model", fmt::format("{}: {}", file.string(), difference),
                    "the tensors of the model that the checkpoint describes",
                    "build the model from the checkpoint's own description");
}

/// Parameters and buffers by path; handles that share the network's memory.
torch::OrderedDict<std::string, at::Tensor> tensors_of(const Network& network) {
  auto tensors = network.named_parameters();
  tensors.update(network.named_buffers());
  return tensors;
}

struct Parts {
  nlohmann::json description;
  std::vector<char> archive;
};

/// The file's parts, with everything checked that can be checked without LibTorch.
Parts read_parts(const fs::path& file) {
  const auto content = read_file(file);
  if (content.compare(0, family.size(), family) != 0) {
    throw data_error("a file is no checkpoint", file.string(), "a file that `train --save` wrote",
                     "check the path");
  }
  const size_t head = magic.size() + number_bytes;
  if (content.size() < head + number_bytes) throw damaged(file, "it is truncated");
  if (content.compare(0, magic.size(), magic) != 0) {
    throw data_error("a checkpoint has a version that this program does not read", file.string(), "version 1",
                     "use the version of ActLab that wrote it");
  }
  const size_t end = content.size() - number_bytes;
  if (decode(content.data() + end) != fnv1a_bytes(content.data(), end)) {
    throw damaged(file, "its checksum is wrong, so it is truncated or was changed");
  }
  const uint64_t length = decode(content.data() + magic.size());
  if (length > end - head) throw damaged(file, "its description is longer than the file");
  const auto* start = content.data() + head;
  auto description = nlohmann::json::parse(start, start + length, nullptr, /*allow_exceptions=*/false);
  if (description.is_discarded()) throw damaged(file, "its description is not JSON");
  return {std::move(description), std::vector<char>(start + length, content.data() + end)};
}

Tensors read_tensors(const fs::path& file, const std::vector<char>& archive) {
  try {
    Tensors tensors;
    for (const auto& item : torch::pickle_load(archive).toGenericDict()) {
      tensors.insert(item.key().toStringRef(), item.value().toTensor());
    }
    return tensors;
  } catch (const std::exception&) {  // LibTorch's messages name its own sources, not the file
    throw damaged(file, "its tensors cannot be read");
  }
}

/// Throws unless both have the same names with the same shapes and types.
void check_fit(const fs::path& file, const torch::OrderedDict<std::string, at::Tensor>& network,
               const Tensors& saved) {
  for (const auto& item : network) {
    if (!saved.contains(item.key())) throw other_network(file, fmt::format("it lacks '{}'", item.key()));
    const auto tensor = saved.at(item.key());
    if (tensor.sizes() != item.value().sizes() || tensor.scalar_type() != item.value().scalar_type()) {
      throw other_network(
          file, fmt::format("'{}' is {} {}, the model's is {} {}", item.key(),
                            c10::toString(tensor.scalar_type()), fmt::join(tensor.sizes(), "×"),
                            c10::toString(item.value().scalar_type()), fmt::join(item.value().sizes(), "×")));
    }
  }
  for (const auto& item : saved) {
    if (!network.contains(item.key()))
      throw other_network(file, fmt::format("the model lacks '{}'", item.key()));
  }
}

}  // namespace

void save_checkpoint(const fs::path& file, const nlohmann::json& description, Network& network) {
  Tensors tensors;
  for (const auto& item : tensors_of(network)) tensors.insert(item.key(), item.value().detach().cpu());
  const auto archive = torch::pickle_save(tensors);
  // Class names come from users' folders and may be no valid UTF-8.
  const auto text = description.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  auto content = magic + encode(text.size()) + text + std::string(archive.begin(), archive.end());
  content += encode(fnv1a(content));
  write_atomically(file, content);
}

nlohmann::json read_checkpoint_description(const fs::path& file) { return read_parts(file).description; }

void load_checkpoint(const fs::path& file, Network& network) {
  const auto saved = read_tensors(file, read_parts(file).archive);
  const auto tensors = tensors_of(network);
  check_fit(file, tensors, saved);
  const torch::NoGradGuard no_grad;
  for (const auto& item : tensors) at::Tensor(item.value()).copy_(saved.at(item.key()));
}

}  // namespace actlab
