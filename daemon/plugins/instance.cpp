#include "plugins/instance.hpp"

#include <sstream>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace berth {
namespace {

constexpr std::size_t kProblemBytesMax = 64 << 10;

}  // namespace

void TextSink::write(void* context, berth_str text) {
  auto& sink = *static_cast<TextSink*>(context);
  if (text.data == nullptr || text.size == 0) return;
  if (text.size > sink.bytes_max_ - sink.text_.size()) {
    sink.overflowed_ = true;
  } else {
    sink.text_.append(text.data, text.size);
  }
}

Instance::Instance(std::shared_ptr<InstanceRecord> record, const Surroundings& surroundings)
    : record_(std::move(record)), surroundings_(surroundings) {}

Result<std::unique_ptr<Instance>> Instance::make(std::shared_ptr<InstanceRecord> record,
                                                 const std::string& sha256, Confinement confinement,
                                                 const OptionValues& values,
                                                 const Surroundings& surroundings) {
  std::unique_ptr<Instance> made(new Instance(std::move(record), surroundings));
  if (confinement != Confinement::kNone) return made;
  made->number_ = surroundings.breadcrumb->enrol(sha256, made->descriptor().id, made->name());
  if (const auto created = made->create(values); !created) return created.error();
  return made;
}

Result<void> Instance::create(const OptionValues& values) {
  const berth_host* const host = surroundings_.services->host_for(name());
  TextSink why(surroundings_.budgets.text_bytes_max);
  run([&](void*) {
    handle_ = descriptor().create(host, values.data(), values.size(), why.record());
    return 0;
  });
  if (handle_ != nullptr) return {};
  const std::string said = clean_utf8(why.text(), 1024);
  return record_->failed(said.empty() ? "could not be made and did not say why"
                                      : "could not be made: " + said);
}

std::vector<std::string> Instance::find_problems() const {
  constexpr std::string_view kId = BERTH_CHECK_EXTENSION;
  if (handle_ == nullptr || descriptor().extension == nullptr) return {};
  TextSink said(surroundings_.budgets.text_bytes_max);
  const std::int32_t code = run([&](void* handle) {
    const auto* functions = static_cast<const berth_check_functions*>(
        descriptor().extension(handle, {kId.data(), kId.size()}));
    const bool can_check = functions != nullptr &&
                           BERTH_HAS(berth_check_functions, functions, check) &&
                           functions->check != nullptr;
    return can_check ? functions->check(handle, said.record()) : 0;
  });
  std::vector<std::string> lines;
  std::istringstream all(clean_utf8(said.text(), kProblemBytesMax));
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  if (code != 0) lines.push_back("failed while it looked at its options");
  return lines;
}

Instance::~Instance() {
  if (handle_ == nullptr) return;
  run([&](void* handle) {
    descriptor().destroy(handle);
    return 0;
  });
}

}  // namespace berth
